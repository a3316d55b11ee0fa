"""Traditional characters of headings and of common words, as their simplified ones."""

from __future__ import annotations

_SIMPLIFIED = (
    "东临争产亿仅价优会传债关兰册写况准划创别办动务势励区协单华厅历参发变台号后员团园国场坚备复头处学实审对导"
    "寻将尔币师应异当态总护报择据换损数无时显术机构条标样检欢欧汉测济满点状独献现疗监码础种称竞笔签简类级组细织"
    "绍经结绪继绩编缩网职联药获营补规视观计认让议记许讲论证识诉译试话语说请调谈负财责货质费资购赛赠转轮辑输过运"
    "还进远适选邮里钟链销长门问间队阶际陆险难页项须顾领频题额风验龙韩万专业两个为义亚从众体电画积约纳线给统维续"
    "脑脏范荐诊详贸达连逻释银阅隐麦黄齿宽络湾罗系系肿剂断医预双递载儿肾胆肠节肤妇伤见遗谢脉软设辅"
)
_TRADITIONAL = (
    "東臨爭產億僅價優會傳債關蘭冊寫況準劃創別辦動務勢勵區協單華廳歷參發變臺號後員團園國場堅備復頭處學實審對導"
    "尋將爾幣師應異當態總護報擇據換損數無時顯術機構條標樣檢歡歐漢測濟滿點狀獨獻現療監碼礎種稱競筆簽簡類級組細織"
    "紹經結緒繼績編縮網職聯藥獲營補規視觀計認讓議記許講論證識訴譯試話語說請調談負財責貨質費資購賽贈轉輪輯輸過運"
    "還進遠適選郵裡鐘鏈銷長門問間隊階際陸險難頁項須顧領頻題額風驗龍韓萬專業兩個為義亞從眾體電畫積約納線給統維續"
    "腦臟範薦診詳貿達連邏釋銀閱隱麥黃齒寬絡灣羅繫係腫劑斷醫預雙遞載兒腎膽腸節膚婦傷見遺謝脈軟設輔"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """Return a heading or a word with its common traditional characters simplified."""
    return text.translate(_TABLE)

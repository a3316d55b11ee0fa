// The fields or places of a tree as a search sees them: asked for once, found by either language's names.

const PINYIN = /^[a-z0-9]{2,}$/; // first letters of Chinese words, as an input method takes them

export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const loading = new Map(); // address -> promise of its nodes: two searches of a page ask once

export function load(address) {
  if (!loading.has(address)) {
    const nodes = fetchNodes(address);
    loading.set(address, nodes);
    nodes.catch(() => loading.delete(address)); // the next search tries again
  }
  return loading.get(address);
}

async function fetchNodes(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`taxonomy: ${answer.status}`);
  const nodes = await answer.json();
  const byCode = new Map(nodes.map((node) => [node.code, node]));
  const chinese = document.documentElement.lang.startsWith("zh");
  for (const node of nodes) {
    node.name = chinese ? node.zh || node.en : node.en || node.zh;
    node.other = chinese ? node.en : node.zh;
    node.words = [node.en, node.zh, ...(node.aliases ?? [])].filter(Boolean).map(fold);
    node.path = [];
    for (let up = byCode.get(node.parent); up; up = byCode.get(up.parent)) {
      node.path.unshift(chinese ? up.zh || up.en : up.en || up.zh);
    }
  }
  return nodes;
}

// 0 the name itself, 1 a name begins with it, 2 a word does, 3 it is somewhere in a name; null: not at all.
export function closeness(node, sought) {
  let best = null;
  for (const word of node.words) {
    const at = word.indexOf(sought);
    if (at < 0) continue;
    const here = word === sought ? 0 : at === 0 ? 1 : /[\s(/-]/.test(word[at - 1]) ? 2 : 3;
    if (best === null || here < best) best = here;
  }
  if (PINYIN.test(sought) && node.initials?.some((letters) => letters.startsWith(sought))) {
    const here = node.initials[0] === sought ? 0 : 2;
    if (best === null || here < best) best = here;
  }
  return best;
}

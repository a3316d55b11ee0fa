// A slider beside a number: `<input type="number" data-slide="low high step">`. The number stays the
// field itself, for the keyboard and for those who do not see the slider.

for (const number of document.querySelectorAll("input[data-slide]")) {
  const [low, high, step] = number.dataset.slide.split(" ");
  const slider = Object.assign(document.createElement("input"), {
    type: "range", className: "form-range", min: low, max: high, step, tabIndex: -1,
  });
  slider.setAttribute("aria-hidden", "true");
  slider.value = number.value;
  slider.addEventListener("input", () => { number.value = slider.value; });
  slider.addEventListener("change", () => number.dispatchEvent(new Event("change", { bubbles: true })));
  number.addEventListener("input", () => { slider.value = number.value; });
  number.after(slider);
}

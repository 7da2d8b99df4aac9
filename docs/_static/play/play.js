// A figure to play with: sliders and choices, a picture drawn anew at each move, and what it shows in words.
// A figure is {title, controls, compute(values) → data, draw(picture, data, values), say(data, values)}; its
// compute is what the tests compare with the reference. Nothing moves by itself.

const SVG = "http://www.w3.org/2000/svg";
const figures = (window.dlcoursePlay = {});

const element = (tag, attributes = {}, ...children) => {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...children);
  return one;
};
const shape = (tag, attributes, text) => {
  const one = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  if (text !== undefined) one.textContent = text;
  return one;
};

// A number as people write it: 0.001, 12, 3.2e−7.
const shown = (value) => {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "nothing";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 0.001 || size >= 100000) ? value.toExponential(1) : String(+value.toPrecision(3));
  return text.replace(".0e", "e").replace("-", "−").replace("e+", "e");
};

// A slider from low to high; scale "log" gives each factor the same room.
const slider = (name, label, low, high, value, { scale = "linear", steps = 100, digits = 3 } = {}) => ({
  name, label, value, low, high, steps,
  at: (share) => +(scale === "log" ? low * (high / low) ** share : low + share * (high - low)).toPrecision(digits),
  place: (number) => scale === "log" ? Math.log(number / low) / Math.log(high / low) : (number - low) / (high - low),
});
const choice = (name, label, options, value) => ({ name, label, options, value });

function sliderRow(control, id, moved) {
  const input = element("input", { type: "range", id, min: 0, max: control.steps, step: 1 });
  const output = element("output", { for: id });
  const set = (value) => {
    output.textContent = shown(value);
    input.setAttribute("aria-valuetext", shown(value));
  };
  input.value = Math.round(control.place(control.value) * control.steps);
  set(control.value);
  input.addEventListener("input", () => {
    const value = control.at(input.value / control.steps);
    set(value);
    moved(control.name, value);
  });
  return element("div", { class: "play-control" }, element("label", { for: id }, control.label), input, output);
}

function choiceRow(control, id, moved) {
  const select = element("select", { id });
  for (const option of control.options) select.append(element("option", {}, option));
  select.value = control.value;
  select.addEventListener("change", () => moved(control.name, select.value));
  return element("div", { class: "play-control" }, element("label", { for: id }, control.label), select);
}

// The picture: charts side by side in one SVG that scales with the page.
class Picture {
  constructor(svg) { this.svg = svg; }
  clear(width, height) {
    this.svg.replaceChildren();
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
  // Axes in a box {left, top, width, height}; x and y are [low, high], `log` of y makes equal factors equal.
  chart(box, { x, y, logX = false, logY = false, xLabel, yLabel, title }) {
    const to = ([low, high], log, start, length) => (value) => {
      const f = log ? Math.log(Math.max(value, 1e-300) / low) / Math.log(high / low) : (value - low) / (high - low);
      return start + length * Math.min(1.2, Math.max(-0.2, f));
    };
    const chart = {
      x: to(x, logX, box.left, box.width),
      y: to(y, logY, box.top + box.height, -box.height),
    };
    const group = shape("g", { class: "play-axes" });
    const { left, top, width, height } = box;
    group.append(shape("path", { d: `M${left} ${top}V${top + height}H${left + width}` }));
    for (const [value, text] of ticks(x, logX))
      group.append(shape("text", { x: chart.x(value), y: top + height + 16, "text-anchor": "middle" }, text));
    for (const [value, text] of ticks(y, logY))
      group.append(shape("text", { x: left - 6, y: chart.y(value) + 4, "text-anchor": "end" }, text));
    const middle = left + width / 2;
    group.append(shape("text", { x: middle, y: top + height + 34, "text-anchor": "middle" }, xLabel));
    const turned = `translate(${left - 50} ${top + height / 2}) rotate(-90)`;
    group.append(shape("text", { transform: turned, "text-anchor": "middle" }, yLabel));
    if (title) group.append(shape("text", { x: middle, y: top - 8, "text-anchor": "middle", class: "play-title" }, title));
    this.svg.append(group);
    const clip = `play-clip-${Picture.clips = (Picture.clips ?? 0) + 1}`;
    const path = shape("clipPath", { id: clip });
    path.append(shape("rect", { x: left, y: top, width, height }));
    this.svg.append(path);
    chart.group = shape("g", { "clip-path": `url(#${clip})` });
    this.svg.append(chart.group);
    return chart;
  }
  line(chart, xs, ys, kind = "a") {
    const points = xs.map((x, at) => `${chart.x(x).toFixed(1)},${chart.y(ys[at]).toFixed(1)}`);
    chart.group.append(shape("polyline", { points: points.join(" "), class: `play-line play-${kind}` }));
  }
  dots(chart, xs, ys, kind = "a", radius = 3) {
    xs.forEach((x, at) =>
      chart.group.append(shape("circle", { cx: chart.x(x), cy: chart.y(ys[at]), r: radius, class: `play-dot play-${kind}` })));
  }
  note(x, y, text, kind = "") {
    this.svg.append(shape("text", { x, y, class: `play-note play-${kind}` }, text));
  }
}

function ticks([low, high], log) {
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first) / 4));
    return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, at) => {
      const value = 10 ** (first + at * every);
      return [value, shown(value)];
    });
  }
  const rough = (high - low) / 4, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((times) => times * unit >= rough) * unit;
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1000; value += step)
    found.push([value, shown(+value.toFixed(10))]);
  return found;
}

// Numbers that look random, the same each time: a linear congruential generator, and normal ones by Box and Muller.
function normals(seed) {
  let state = seed >>> 0;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let skipped = 0; skipped < 10; skipped += 1) uniform();
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

let count = 0;
function play(name, figure) {
  figures[name] = figure;
  for (const root of document.querySelectorAll(`[data-play="${name}"]`)) build(root, figure, `play-${(count += 1)}`);
}

function build(root, figure, id) {
  const values = Object.fromEntries(figure.controls.map((control) => [control.name, control.value]));
  const svg = shape("svg", { role: "img", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-says` });
  const picture = new Picture(svg);
  const says = element("p", { id: `${id}-says`, class: "play-says", "aria-live": "polite" });
  let speaking;
  const draw = () => {
    const data = figure.compute(values);
    figure.draw(picture, data, values);
    clearTimeout(speaking); // a slider on its way is not talked over
    speaking = setTimeout(() => (says.textContent = figure.say(data, values)), 150);
  };
  const moved = (changed, value) => {
    values[changed] = value;
    draw();
  };
  const controls = figure.controls.map((control) =>
    (control.options ? choiceRow : sliderRow)(control, `${id}-${control.name}`, moved));
  root.replaceChildren(
    element("figcaption", { id: `${id}-title` }, figure.title), svg, element("div", { class: "play-controls" }, ...controls), says);
  draw();
  says.textContent = figure.say(figure.compute(values), values);
}

// Lesson 05: an activation, its slope, and a batch on its way through ten layers.
{
  const UNITS = 24, EXAMPLES = 40, LAYERS = 10;
  const DRAWN = (() => {
    const next = normals(5);
    const matrix = (rows, columns) => Array.from({ length: rows }, () => Array.from({ length: columns }, () => next()));
    return { batch: matrix(EXAMPLES, UNITS), weights: Array.from({ length: LAYERS }, () => matrix(UNITS, UNITS)) };
  })();
  const ACTIVATIONS = {
    sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (z, h) => h * (1 - h)],
    tanh: [Math.tanh, (z, h) => 1 - h * h],
    relu: [(z) => Math.max(0, z), (z) => (z > 0 ? 1 : 0)],
  };
  const product = (a, b) => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, i) => sum + x * b[i][j], 0)));
  const transposed = (a) => a[0].map((_, j) => a.map((row) => row[j]));
  const meanSquare = (a) => a.flat().reduce((sum, x) => sum + x * x, 0) / (a.length * a[0].length);

  play("signal", {
    title: "Play: how large may the weights of ten layers be?",
    controls: [
      choice("activation", "activation", Object.keys(ACTIVATIONS), "tanh"),
      slider("gain", "variance of the weights, times n", 0.05, 40, 1, { scale: "log" }),
    ],
    drawn: DRAWN,
    // The signal, root mean square over units of the deviation between examples, behind each layer; and, of a
    // gradient of ones' size at the last, its root mean square in front of each activation.
    compute({ activation, gain }) {
      const [f, slope] = ACTIVATIONS[activation], scale = Math.sqrt(gain / UNITS);
      const scaled = DRAWN.weights.map((w) => w.map((row) => row.map((x) => scale * x)));
      let h = DRAWN.batch;
      const slopes = [], signals = [];
      for (const w of scaled) {
        const z = product(h, w);
        h = z.map((row) => row.map(f));
        slopes.push(z.map((row, i) => row.map((value, j) => slope(value, h[i][j]))));
        const deviations = transposed(h).map((unit) => {
          const mean = unit.reduce((sum, x) => sum + x, 0) / EXAMPLES;
          return unit.map((x) => x - mean);
        });
        signals.push(Math.sqrt(meanSquare(deviations)));
      }
      let upstream = DRAWN.batch;
      const gradients = [];
      for (let layer = LAYERS - 1; layer >= 0; layer -= 1) {
        upstream = upstream.map((row, i) => row.map((x, j) => x * slopes[layer][i][j]));
        gradients.unshift(Math.sqrt(meanSquare(upstream)));
        upstream = product(upstream, transposed(scaled[layer]));
      }
      return { signals, gradients };
    },
    draw(picture, { signals, gradients }, { activation }) {
      picture.clear(720, 300);
      const [f, slope] = ACTIVATIONS[activation];
      const zs = Array.from({ length: 121 }, (_, at) => (at - 60) / 12);
      const own = picture.chart({ left: 56, top: 24, width: 200, height: 220 },
        { x: [-5, 5], y: [-1.1, 2.1], xLabel: "z", yLabel: "" });
      picture.line(own, zs, zs.map(f), "a");
      picture.line(own, zs, zs.map((z) => slope(z, f(z))), "b");
      picture.note(70, 42, activation, "a");
      picture.note(70, 60, "its slope", "b");
      const layers = signals.map((_, at) => at + 1);
      const through = picture.chart({ left: 364, top: 24, width: 336, height: 220 },
        { x: [1, LAYERS], y: [1e-10, 1e8], logY: true, xLabel: "layer", yLabel: "root mean square" });
      picture.line(through, layers, signals, "a");
      picture.dots(through, layers, signals, "a");
      picture.line(through, layers, gradients, "b");
      picture.dots(through, layers, gradients, "b");
      picture.note(378, 42, "signal, forwards", "a");
      picture.note(378, 60, "gradient, backwards", "b");
    },
    say({ signals, gradients }, { activation, gain }) {
      return `${activation}, n·Var(w) = ${shown(gain)}: the signal of layer 10 is ${shown(signals.at(-1) / signals[0])} ` +
        `times that of layer 1, the gradient of layer 1 is ${shown(gradients[0] / gradients.at(-1))} times that of layer 10.`;
    },
  });
}

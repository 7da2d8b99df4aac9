// Lesson 09: a loss of two weights, ½(w − w*)ᵀH(w − w*), with L2 and with L1, and the way of its minimum to zero.
{
  const H = [[1, 0.6], [0.6, 2]], BEST = [1.6, 0.4];

  function underL2(strength) {
    const [[a, b], [, d]] = H, right = [a * BEST[0] + b * BEST[1], b * BEST[0] + d * BEST[1]];
    const p = a + strength, q = d + strength, determinant = p * q - b * b;
    return [(q * right[0] - b * right[1]) / determinant, (p * right[1] - b * right[0]) / determinant];
  }

  // One weight after the other to where its own penalised parabola is least, until none moves.
  function underL1(strength) {
    const w = [...BEST];
    for (let round = 0; round < 500; round += 1)
      for (const i of [0, 1]) {
        const j = 1 - i;
        const target = H[i][i] * BEST[i] - H[i][j] * (w[j] - BEST[j]);
        w[i] = (Math.sign(target) * Math.max(0, Math.abs(target) - strength)) / H[i][i];
      }
    return w;
  }

  const lossAt = ([x, y]) => {
    const u = x - BEST[0], v = y - BEST[1];
    return 0.5 * (H[0][0] * u * u + 2 * H[0][1] * u * v + H[1][1] * v * v);
  };

  play("penalties", {
    title: "Play: L2 shrinks, L1 sets to zero",
    controls: [
      choice("penalty", "penalty", ["L2", "L1"], "L1"),
      slider("strength", "strength λ", 0, 3, 0.5, { steps: 150 }),
    ],
    hessian: H,
    best: BEST,
    compute({ penalty, strength }) {
      const solve = penalty === "L1" ? underL1 : underL2;
      const path = Array.from({ length: 61 }, (_, at) => solve(at / 20));
      return { w: solve(strength), path };
    },
    draw(picture, { w, path }, { penalty }) {
      picture.clear(720, 320);
      const plane = picture.chart({ left: 60, top: 20, width: 300, height: 250 },
        { x: [-1, 2], y: [-1, 1.5], xLabel: "first weight", yLabel: "second weight" });
      const angles = Array.from({ length: 121 }, (_, at) => (at * Math.PI) / 60);
      for (const level of [0.05, 0.3, 0.8, 1.5]) {
        const reach = angles.map((a) => Math.sqrt(level / lossAt([BEST[0] + Math.cos(a), BEST[1] + Math.sin(a)])));
        picture.line(plane, angles.map((a, at) => BEST[0] + reach[at] * Math.cos(a)), angles.map((a, at) => BEST[1] + reach[at] * Math.sin(a)), "quiet");
      }
      const size = penalty === "L1" ? Math.abs(w[0]) + Math.abs(w[1]) : Math.hypot(...w);
      const edge = angles.map((a) => size / (penalty === "L1" ? Math.abs(Math.cos(a)) + Math.abs(Math.sin(a)) : 1));
      picture.line(plane, angles.map((a, at) => edge[at] * Math.cos(a)), angles.map((a, at) => edge[at] * Math.sin(a)), "b");
      picture.line(plane, path.map(([x]) => x), path.map(([, y]) => y), "a");
      picture.dots(plane, [w[0]], [w[1]], "a", 6);
      const strengths = path.map((_, at) => at / 20);
      const weights = picture.chart({ left: 450, top: 20, width: 250, height: 250 },
        { x: [0, 3], y: [-0.4, 1.6], xLabel: "strength λ", yLabel: "weights" });
      picture.line(weights, [0, 3], [0, 0], "quiet");
      picture.line(weights, strengths, path.map(([x]) => x), "a");
      picture.line(weights, strengths, path.map(([, y]) => y), "c");
    },
    say({ w }, { penalty, strength }) {
      const zeros = w.filter((one) => one === 0).length;
      return `${penalty} of strength ${shown(strength)}: the weights are ${shown(w[0])} and ${shown(w[1])}; ` +
        `${zeros ? `${zeros} of them exactly 0` : "none of them is 0"}.`;
    },
  });
}

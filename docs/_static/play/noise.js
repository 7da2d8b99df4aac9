// Lesson 06: gradient descent on ½x² with gradients that are noisy, at a rate that falls as η₀/(1 + kt).
{
  const NOISE = (() => {
    const next = normals(7);
    return Array.from({ length: 300 }, () => next());
  })();

  play("noise", {
    title: "Play: a learning rate among noisy gradients, and what its decay buys",
    controls: [
      slider("rate", "first rate η₀", 0.01, 2.2, 0.5, { scale: "log" }),
      slider("k", "decay k", 0, 0.2, 0),
      slider("sigma", "noise σ", 0, 2, 1),
    ],
    noise: NOISE,
    compute({ rate, k, sigma }) {
      let x = 3;
      const xs = [x], rates = [];
      NOISE.forEach((noise, t) => {
        rates.push(rate / (1 + k * t));
        x -= rates[t] * (x + sigma * noise);
        xs.push(x);
      });
      return { xs, rates };
    },
    draw(picture, { xs, rates }) {
      picture.clear(720, 300);
      const steps = xs.map((_, at) => at);
      const walk = picture.chart({ left: 60, top: 24, width: 370, height: 220 },
        { x: [0, 300], y: [-3.5, 3.5], xLabel: "step", yLabel: "distance from the minimum" });
      picture.line(walk, [0, 300], [0, 0], "quiet");
      picture.line(walk, steps, xs, "a");
      const rate = picture.chart({ left: 520, top: 24, width: 180, height: 220 },
        { x: [0, 300], y: [1e-3, 3], logY: true, xLabel: "step", yLabel: "learning rate" });
      picture.line(rate, steps.slice(0, -1), rates, "b");
    },
    say({ xs, rates }) {
      const last = xs.slice(-100), spread = Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length);
      return `Over the last 100 of 300 steps it is ${shown(spread)} off on the root mean square; the last rate is ${shown(rates.at(-1))}.`;
    },
  });
}

// Lesson 07: momentum in a valley ½(x² + c·y²).
play("ravine", {
  title: "Play: learning rate and momentum in a valley that is steeper across than along",
  controls: [
    slider("rate", "learning rate η", 0.001, 0.3, 0.05, { scale: "log" }),
    slider("mu", "momentum μ", 0, 0.99, 0),
    slider("curvature", "curvature across", 1, 100, 30, { scale: "log" }),
  ],
  // 60 steps of v ← μv − ηg, x ← x + v, from (−2, 1); what flies off ends where it leaves the floats' range.
  compute({ rate, mu, curvature }) {
    const curvatures = [1, curvature];
    const place = [-2, 1], velocity = [0, 0], xs = [place[0]], ys = [place[1]];
    for (let step = 0; step < 60; step += 1) {
      for (const axis of [0, 1]) {
        velocity[axis] = mu * velocity[axis] - rate * curvatures[axis] * place[axis];
        place[axis] += velocity[axis];
      }
      xs.push(place[0]);
      ys.push(place[1]);
    }
    return { xs, ys, losses: xs.map((x, at) => 0.5 * (x * x + curvature * ys[at] * ys[at])) };
  },
  draw(picture, { xs, ys, losses }, { curvature }) {
    picture.clear(720, 300);
    const plane = picture.chart({ left: 60, top: 24, width: 370, height: 220 },
      { x: [-2.5, 2.5], y: [-1.5, 1.5], xLabel: "along", yLabel: "across", title: "60 steps" });
    for (const level of [0.02, 0.1, 0.4, 1, 2, 4]) {
      const angles = Array.from({ length: 61 }, (_, at) => (at * Math.PI) / 30), r = Math.sqrt(2 * level);
      picture.line(plane, angles.map((a) => r * Math.cos(a)), angles.map((a) => (r / Math.sqrt(curvature)) * Math.sin(a)), "quiet");
    }
    picture.line(plane, xs, ys, "a");
    picture.dots(plane, xs, ys, "a", 2.5);
    const fall = picture.chart({ left: 524, top: 24, width: 176, height: 220 },
      { x: [0, 60], y: [1e-6, 1e3], logY: true, xLabel: "step", yLabel: "loss" });
    picture.line(fall, losses.map((_, at) => at), losses, "b");
  },
  say({ losses }, { rate, mu, curvature }) {
    const limit = (2 * (1 + mu)) / Math.max(1, curvature), last = losses.at(-1);
    const crossing = rate >= limit ? "above the limit" : "below the limit";
    return `The loss goes from ${shown(losses[0])} to ${shown(last)} in 60 steps. The rate is ${crossing} 2(1 + μ)/curvature = ${shown(limit)}.`;
  },
});

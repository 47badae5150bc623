const LOG_SQRT_2PI = 0.9189385332046728;
const LOG_FACTORIALS = logFactorialsBelow(10);

/** log k!, by the Stirling series from 10 on, where four terms are exact to a double's last digits. */
export function logFactorial(k: number): number {
  if (k < LOG_FACTORIALS.length) return LOG_FACTORIALS[k] as number;
  const x = k + 1;
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (x - 0.5) * Math.log(x) - x + LOG_SQRT_2PI + series;
}

function logFactorialsBelow(count: number): readonly number[] {
  const values = [0];
  for (let k = 1; k < count; k++) values.push((values[k - 1] as number) + Math.log(k));
  return values;
}

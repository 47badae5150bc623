/** A symmetric positive system, row-major. */
export interface NormalEquations {
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

/** The solution by Cholesky's factorisation; undefined when the matrix is not positive definite. Overwrites its input. */
export function solve({ matrix, right }: NormalEquations): Float64Array | undefined {
  const n = right.length;
  const at = (k: number, l: number) => matrix[k * n + l] as number;
  for (let k = 0; k < n; k++) {
    for (let l = 0; l <= k; l++) {
      let sum = at(k, l);
      for (let j = 0; j < l; j++) sum -= at(k, j) * at(l, j);
      if (k === l && !(sum > 0)) return undefined;
      matrix[k * n + l] = k === l ? Math.sqrt(sum) : sum / at(l, l);
    }
  }
  for (let k = 0; k < n; k++) {
    let sum = right[k] as number;
    for (let j = 0; j < k; j++) sum -= at(k, j) * (right[j] as number);
    right[k] = sum / at(k, k);
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = right[k] as number;
    for (let j = k + 1; j < n; j++) sum -= at(j, k) * (right[j] as number);
    right[k] = sum / at(k, k);
  }
  return right;
}

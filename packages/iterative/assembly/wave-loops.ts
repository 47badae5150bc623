// Loops over the waves of a batch, in AssemblyScript: complex numbers are pairs of float32, two of them in one vector of four.
// Addresses are bytes of the memory that the caller gives; sides are even.

const COMPLEX: usize = 8;
const VECTOR: usize = 16;
/** Smallest squared modulus, so that a field of zero can be divided by. */
const DARK: f32 = 1e-24;

/** a b of two pairs of complex numbers. */
function times(a: v128, b: v128): v128 {
  const re = v128.shuffle<f32>(b, b, 0, 0, 2, 2);
  const im = v128.shuffle<f32>(b, b, 1, 1, 3, 3);
  const turned = f32x4.mul(v128.shuffle<f32>(a, a, 1, 0, 3, 2), f32x4(-1, 1, -1, 1));
  return f32x4.add(f32x4.mul(a, re), f32x4.mul(turned, im));
}

/** a conj(b) of two pairs of complex numbers. */
function timesConjugate(a: v128, b: v128): v128 {
  const re = v128.shuffle<f32>(b, b, 0, 0, 2, 2);
  const im = v128.shuffle<f32>(b, b, 1, 1, 3, 3);
  const turned = f32x4.mul(v128.shuffle<f32>(a, a, 1, 0, 3, 2), f32x4(1, -1, 1, -1));
  return f32x4.add(f32x4.mul(a, re), f32x4.mul(turned, im));
}

function evenLanes(v: v128): f64 {
  return <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 2);
}

function oddLanes(v: v128): f64 {
  return <f64>f32x4.extract_lane(v, 1) + <f64>f32x4.extract_lane(v, 3);
}

function bothOf(at: usize): v128 {
  return v128.load64_splat(at);
}

/** to += from, so many float32; a multiple of four. */
export function addTo(to: usize, from: usize, length: i32): void {
  for (let i: usize = 0; i < <usize>length * 4; i += VECTOR) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
}

/** out[j, m] = spectrum[m] times the ramps of frame j. */
export function moveSpectra(out: usize, spectrum: usize, rowRamps: usize, columnRamps: usize, frames: i32, modes: i32, side: i32): void {
  const line = <usize>side * COMPLEX;
  for (let j = 0; j < frames; j++) {
    const columns = columnRamps + <usize>j * line;
    for (let m = 0; m < modes; m++) {
      for (let y = 0; y < side; y++) {
        const ramp = bothOf(rowRamps + <usize>j * line + <usize>y * COMPLEX);
        const from = spectrum + <usize>(m * side + y) * line;
        for (let x: usize = 0; x < line; x += VECTOR) {
          v128.store(out + x, times(v128.load(from + x), times(v128.load(columns + x), ramp)));
        }
        out += line;
      }
    }
  }
}

/** sum[m] += spectra[j, m] times the conjugate ramps of frame j. */
export function sumMovedBack(sum: usize, spectra: usize, rowRamps: usize, columnRamps: usize, frames: i32, modes: i32, side: i32): void {
  const line = <usize>side * COMPLEX;
  for (let j = 0; j < frames; j++) {
    const columns = columnRamps + <usize>j * line;
    for (let m = 0; m < modes; m++) {
      for (let y = 0; y < side; y++) {
        const ramp = bothOf(rowRamps + <usize>j * line + <usize>y * COMPLEX);
        const to = sum + <usize>(m * side + y) * line;
        for (let x: usize = 0; x < line; x += VECTOR) {
          const moved = timesConjugate(v128.load(spectra + x), times(v128.load(columns + x), ramp));
          v128.store(to + x, f32x4.add(v128.load(to + x), moved));
        }
        spectra += line;
      }
    }
  }
}

/** out[j, m] = probes[j, m] object[at starts[j]]. */
export function exitWaves(out: usize, probes: usize, object: usize, starts: usize, width: i32, frames: i32, modes: i32, side: i32): void {
  const line = <usize>side * COMPLEX;
  for (let j = 0; j < frames; j++) {
    const patch = object + <usize>load<i32>(starts + <usize>(4 * j)) * COMPLEX;
    for (let m = 0; m < modes; m++) {
      for (let y = 0; y < side; y++) {
        const from = patch + <usize>(y * width) * COMPLEX;
        for (let x: usize = 0; x < line; x += VECTOR) v128.store(out + x, times(v128.load(probes + x), v128.load(from + x)));
        out += line;
        probes += line;
      }
    }
  }
}

/** Four squared moduli of the complex numbers at an address. */
function squares(at: usize): v128 {
  const a = v128.load(at);
  const b = v128.load(at + VECTOR);
  const aa = f32x4.mul(a, a);
  const bb = f32x4.mul(b, b);
  return f32x4.add(v128.shuffle<f32>(aa, bb, 0, 2, 4, 6), v128.shuffle<f32>(aa, bb, 1, 3, 5, 7));
}

/**
 * Replaces far fields by their corrections: Psi (A / s - 1), or with hold > 0 the proximal point of the Poisson likelihood. Pixels whose mask is 0
 * stay with the model; mask 0 is none. errors[j] (float64) is the sum of (A - s)^2. scratch holds side^2 float32.
 */
export function correctFields(
  fields: usize,
  amplitudes: usize,
  mask: usize,
  errors: usize,
  scratch: usize,
  hold: f32,
  frames: i32,
  modes: i32,
  side: i32,
): void {
  const area = <usize>(side * side);
  for (let j = 0; j < frames; j++) {
    let error: f64 = 0;
    for (let i: usize = 0; i < area; i += 4) {
      let power = squares(fields + i * COMPLEX);
      for (let m = 1; m < modes; m++) power = f32x4.add(power, squares(fields + (<usize>m * area + i) * COMPLEX));
      const modulus = f32x4.sqrt(f32x4.max(power, f32x4.splat(DARK)));
      const amplitude = v128.load(amplitudes + i * 4);
      let away = f32x4.sub(amplitude, modulus);
      let change = f32x4.div(away, modulus);
      if (hold > 0) change = proximal(modulus, amplitude, hold);
      if (mask !== 0) {
        const counts = v128.load(mask + i * 4);
        away = f32x4.mul(away, counts);
        change = f32x4.mul(change, counts);
      }
      const squared = f32x4.mul(away, away);
      error += evenLanes(squared) + oddLanes(squared);
      v128.store(scratch + i * 4, change);
    }
    for (let m = 0; m < modes; m++) {
      for (let i: usize = 0; i < area; i += 4) {
        const change = v128.load(scratch + i * 4);
        const at = fields + i * COMPLEX;
        v128.store(at, f32x4.mul(v128.load(at), v128.shuffle<f32>(change, change, 0, 0, 1, 1)));
        v128.store(at + VECTOR, f32x4.mul(v128.load(at + VECTOR), v128.shuffle<f32>(change, change, 2, 2, 3, 3)));
      }
      fields += area * COMPLEX;
    }
    store<f64>(errors + <usize>j * 8, error);
    amplitudes += area * 4;
  }
}

/** (1 + r/2) (s' / s - 1), s' = argmin t^2 - 2 I log t + r (t - s)^2. */
function proximal(modulus: v128, amplitude: v128, r: f32): v128 {
  const own = f32x4.mul(f32x4.mul(modulus, modulus), f32x4.splat(r * r));
  const data = f32x4.mul(f32x4.mul(amplitude, amplitude), f32x4.splat(4 * (1 + r)));
  const root = f32x4.div(f32x4.sqrt(f32x4.add(own, data)), modulus);
  return f32x4.mul(f32x4.sub(root, f32x4.splat(2 + r)), f32x4.splat((1 + r / 2) / (2 * (1 + r))));
}

/** objectSum[at starts[j]] += conj(probes[j, m]) corrections[j, m]; gradients[j, m] = conj(object[at starts[j]]) corrections[j, m], unless gradients is 0. */
export function backProject(
  objectSum: usize,
  gradients: usize,
  corrections: usize,
  probes: usize,
  object: usize,
  starts: usize,
  width: i32,
  frames: i32,
  modes: i32,
  side: i32,
): void {
  const line = <usize>side * COMPLEX;
  for (let j = 0; j < frames; j++) {
    const start = <usize>load<i32>(starts + <usize>(4 * j)) * COMPLEX;
    for (let m = 0; m < modes; m++) {
      for (let y = 0; y < side; y++) {
        const row = start + <usize>(y * width) * COMPLEX;
        for (let x: usize = 0; x < line; x += VECTOR) {
          const chi = v128.load(corrections + x);
          const to = objectSum + row + x;
          v128.store(to, f32x4.add(v128.load(to), timesConjugate(chi, v128.load(probes + x))));
          if (gradients !== 0) v128.store(gradients + x, timesConjugate(chi, v128.load(object + row + x)));
        }
        corrections += line;
        probes += line;
        if (gradients !== 0) gradients += line;
      }
    }
  }
}

/**
 * Inner products of each frame, 6 float64: |u|^2, Re conj(u) chi, |v|^2, Re conj(v) chi, Re u conj(v), Im u conj(v), with u = direction probes,
 * v = probeDirection object; without v where probeDirection is 0.
 */
export function stepProducts(
  products: usize,
  corrections: usize,
  probes: usize,
  object: usize,
  direction: usize,
  probeDirection: usize,
  starts: usize,
  width: i32,
  frames: i32,
  modes: i32,
  side: i32,
): void {
  const line = <usize>side * COMPLEX;
  const zero = f32x4.splat(0);
  for (let j = 0; j < frames; j++) {
    const start = <usize>load<i32>(starts + <usize>(4 * j)) * COMPLEX;
    let towards = probeDirection;
    let uu: f64 = 0;
    let uc: f64 = 0;
    let vv: f64 = 0;
    let vc: f64 = 0;
    let re: f64 = 0;
    let im: f64 = 0;
    for (let m = 0; m < modes; m++) {
      for (let y = 0; y < side; y++) {
        const row = start + <usize>(y * width) * COMPLEX;
        let suu = zero;
        let suc = zero;
        let svv = zero;
        let svc = zero;
        let suv = zero;
        for (let x: usize = 0; x < line; x += VECTOR) {
          const chi = v128.load(corrections + x);
          const u = times(v128.load(direction + row + x), v128.load(probes + x));
          suu = f32x4.add(suu, f32x4.mul(u, u));
          suc = f32x4.add(suc, f32x4.mul(u, chi));
          if (probeDirection !== 0) {
            const v = times(v128.load(towards + x), v128.load(object + row + x));
            svv = f32x4.add(svv, f32x4.mul(v, v));
            svc = f32x4.add(svc, f32x4.mul(v, chi));
            suv = f32x4.add(suv, timesConjugate(u, v));
          }
        }
        uu += evenLanes(suu) + oddLanes(suu);
        uc += evenLanes(suc) + oddLanes(suc);
        vv += evenLanes(svv) + oddLanes(svv);
        vc += evenLanes(svc) + oddLanes(svc);
        re += evenLanes(suv);
        im += oddLanes(suv);
        corrections += line;
        probes += line;
        if (probeDirection !== 0) towards += line;
      }
    }
    const to = products + <usize>(6 * j) * 8;
    store<f64>(to, uu);
    store<f64>(to + 8, uc);
    store<f64>(to + 16, vv);
    store<f64>(to + 24, vc);
    store<f64>(to + 32, re);
    store<f64>(to + 40, im);
  }
}

// Fourier transforms of squares of complex numbers, in AssemblyScript: two lines at a time, one vector holds the same element of both. Stockham's
// order, which leaves nothing to be reversed, with factors of 8 and 4, and with plain sums for all others.

const COMPLEX: usize = 8;
const VECTOR: usize = 16;
/** A root of one in a table: its real part four times, and what the turned number is multiplied with. */
const ROOT: usize = 32;
const HALF_ROOT = <f32>Math.SQRT1_2;

/** How squares are transformed; the tables are made in `src/kernels/transform-tables.ts`. */
@unmanaged
export class Transform {
  side: i32;
  /** Factors of the side, two at least, i32; 0 after the last. */
  factors: usize;
  /** Roots of one in the order in which they are used, for both directions. */
  forward: usize;
  back: usize;
  /** Room for two lines of vectors. */
  scratch: usize;
}

/** Where the elements of two lines lie: one above the other, side by side, in vectors. */
class Rows {}
class Columns {}
class Vectors {}

/** Signs that make a turned number -i times what it was, or i times on the way back. */
let signs: v128 = f32x4.splat(0);
/** Columns come first, and are multiplied with this. */
let scale: v128 = f32x4.splat(1);

function take<Place>(at: usize, gap: usize): v128 {
  if (idof<Place>() === idof<Rows>()) return v128.load64_lane(at + gap, v128.load64_zero(at), 1);
  if (idof<Place>() === idof<Columns>()) return f32x4.mul(v128.load(at), scale);
  return v128.load(at);
}

function put<Place>(at: usize, gap: usize, value: v128): void {
  if (idof<Place>() === idof<Rows>()) {
    v128.store64_lane(at, value, 0);
    v128.store64_lane(at + gap, value, 1);
  } else v128.store(at, value);
}

function turned(a: v128): v128 {
  return v128.xor(v128.shuffle<f32>(a, a, 1, 0, 3, 2), signs);
}

function rotated(a: v128, root: usize): v128 {
  return f32x4.add(f32x4.mul(a, v128.load(root)), f32x4.mul(v128.shuffle<f32>(a, a, 1, 0, 3, 2), v128.load(root, VECTOR)));
}

/** One step of the transforms of two lines: `parts` groups that lie `width` elements apart are transformed by themselves. */
function by8<From, To>(from: usize, to: usize, step: usize, gap: usize, parts: i32, width: i32, roots: usize): void {
  const stepFrom = idof<From>() === idof<Vectors>() ? VECTOR : step;
  const stepTo = idof<To>() === idof<Vectors>() ? VECTOR : step;
  const apart = <usize>(parts * width) * stepFrom;
  const next = <usize>width * stepTo;
  const half = f32x4.splat(HALF_ROOT);
  for (let p = 0; p < parts; p++) {
    for (let q = 0; q < width; q++) {
      const at = from + <usize>(p * width + q) * stepFrom;
      const a0 = take<From>(at, gap);
      const a1 = take<From>(at + apart, gap);
      const a2 = take<From>(at + 2 * apart, gap);
      const a3 = take<From>(at + 3 * apart, gap);
      const a4 = take<From>(at + 4 * apart, gap);
      const a5 = take<From>(at + 5 * apart, gap);
      const a6 = take<From>(at + 6 * apart, gap);
      const a7 = take<From>(at + 7 * apart, gap);
      const b0 = f32x4.add(a0, a4);
      const b1 = f32x4.add(a1, a5);
      const b2 = f32x4.add(a2, a6);
      const b3 = f32x4.add(a3, a7);
      const b4 = f32x4.sub(a0, a4);
      let b5 = f32x4.sub(a1, a5);
      const b6 = turned(f32x4.sub(a2, a6));
      let b7 = f32x4.sub(a3, a7);
      b5 = f32x4.mul(half, f32x4.add(b5, turned(b5)));
      b7 = f32x4.mul(half, f32x4.sub(turned(b7), b7));
      const c0 = f32x4.add(b0, b2);
      const c1 = f32x4.sub(b0, b2);
      const c2 = f32x4.add(b1, b3);
      const c3 = turned(f32x4.sub(b1, b3));
      const d0 = f32x4.add(b4, b6);
      const d1 = f32x4.sub(b4, b6);
      const d2 = f32x4.add(b5, b7);
      const d3 = turned(f32x4.sub(b5, b7));
      const out = to + <usize>(8 * p * width + q) * stepTo;
      put<To>(out, gap, f32x4.add(c0, c2));
      if (parts === 1) {
        put<To>(out + next, gap, f32x4.add(d0, d2));
        put<To>(out + 2 * next, gap, f32x4.add(c1, c3));
        put<To>(out + 3 * next, gap, f32x4.add(d1, d3));
        put<To>(out + 4 * next, gap, f32x4.sub(c0, c2));
        put<To>(out + 5 * next, gap, f32x4.sub(d0, d2));
        put<To>(out + 6 * next, gap, f32x4.sub(c1, c3));
        put<To>(out + 7 * next, gap, f32x4.sub(d1, d3));
      } else {
        put<To>(out + next, gap, rotated(f32x4.add(d0, d2), roots));
        put<To>(out + 2 * next, gap, rotated(f32x4.add(c1, c3), roots + ROOT));
        put<To>(out + 3 * next, gap, rotated(f32x4.add(d1, d3), roots + 2 * ROOT));
        put<To>(out + 4 * next, gap, rotated(f32x4.sub(c0, c2), roots + 3 * ROOT));
        put<To>(out + 5 * next, gap, rotated(f32x4.sub(d0, d2), roots + 4 * ROOT));
        put<To>(out + 6 * next, gap, rotated(f32x4.sub(c1, c3), roots + 5 * ROOT));
        put<To>(out + 7 * next, gap, rotated(f32x4.sub(d1, d3), roots + 6 * ROOT));
      }
    }
    roots += 7 * ROOT;
  }
}

function by4<From, To>(from: usize, to: usize, step: usize, gap: usize, parts: i32, width: i32, roots: usize): void {
  const stepFrom = idof<From>() === idof<Vectors>() ? VECTOR : step;
  const stepTo = idof<To>() === idof<Vectors>() ? VECTOR : step;
  const apart = <usize>(parts * width) * stepFrom;
  const next = <usize>width * stepTo;
  for (let p = 0; p < parts; p++) {
    for (let q = 0; q < width; q++) {
      const at = from + <usize>(p * width + q) * stepFrom;
      const a0 = take<From>(at, gap);
      const a1 = take<From>(at + apart, gap);
      const a2 = take<From>(at + 2 * apart, gap);
      const a3 = take<From>(at + 3 * apart, gap);
      const b0 = f32x4.add(a0, a2);
      const b1 = f32x4.sub(a0, a2);
      const b2 = f32x4.add(a1, a3);
      const b3 = turned(f32x4.sub(a1, a3));
      const out = to + <usize>(4 * p * width + q) * stepTo;
      put<To>(out, gap, f32x4.add(b0, b2));
      put<To>(out + next, gap, rotated(f32x4.add(b1, b3), roots));
      put<To>(out + 2 * next, gap, rotated(f32x4.sub(b0, b2), roots + ROOT));
      put<To>(out + 3 * next, gap, rotated(f32x4.sub(b1, b3), roots + 2 * ROOT));
    }
    roots += 3 * ROOT;
  }
}

/** Any other factor, as sums over all of its elements. Before the roots of the step stand those of the factor. */
function byOther<From, To>(factor: i32, from: usize, to: usize, step: usize, gap: usize, parts: i32, width: i32, roots: usize): void {
  const stepFrom = idof<From>() === idof<Vectors>() ? VECTOR : step;
  const stepTo = idof<To>() === idof<Vectors>() ? VECTOR : step;
  const apart = <usize>(parts * width) * stepFrom;
  const own = roots;
  roots += <usize>factor * ROOT;
  for (let p = 0; p < parts; p++) {
    for (let q = 0; q < width; q++) {
      const at = from + <usize>(p * width + q) * stepFrom;
      for (let i = 0; i < factor; i++) {
        let sum = take<From>(at, gap);
        let turn = 0;
        for (let k = 1; k < factor; k++) {
          turn += i;
          if (turn >= factor) turn -= factor;
          sum = f32x4.add(sum, rotated(take<From>(at + <usize>k * apart, gap), own + <usize>turn * ROOT));
        }
        if (i > 0) sum = rotated(sum, roots + <usize>(i - 1) * ROOT);
        put<To>(to + <usize>((factor * p + i) * width + q) * stepTo, gap, sum);
      }
    }
    roots += <usize>(factor - 1) * ROOT;
  }
}

function by<From, To>(factor: i32, from: usize, to: usize, step: usize, gap: usize, parts: i32, width: i32, roots: usize): void {
  if (factor === 8) by8<From, To>(from, to, step, gap, parts, width, roots);
  else if (factor === 4) by4<From, To>(from, to, step, gap, parts, width, roots);
  else byOther<From, To>(factor, from, to, step, gap, parts, width, roots);
}

/** Bytes of roots that one step uses. */
function rootsOf(factor: i32, parts: i32): usize {
  const own = factor === 8 || factor === 4 ? 0 : factor;
  return <usize>(own + parts * (factor - 1)) * ROOT;
}

/** Two lines, through the scratch memory. */
function lines<Place>(tools: Transform, from: usize, to: usize, step: usize, gap: usize, roots: usize): void {
  let factors = tools.factors;
  let factor = load<i32>(factors);
  let parts = tools.side / factor;
  let source = tools.scratch;
  let target = tools.scratch + <usize>tools.side * VECTOR;
  by<Place, Vectors>(factor, from, source, step, gap, parts, 1, roots);
  let width = 1;
  for (;;) {
    roots += rootsOf(factor, parts);
    width *= factor;
    factors += 4;
    factor = load<i32>(factors);
    parts /= factor;
    if (load<i32>(factors + 4) === 0) break;
    by<Vectors, Vectors>(factor, source, target, step, gap, parts, width, roots);
    const filled = target;
    target = source;
    source = filled;
  }
  by<Vectors, Place>(factor, source, to, step, gap, parts, width, roots);
}

/** Transforms of some squares, unnormalised, or back and divided by the number of pixels; `to` may be `from`. */
export function transform(tools: Transform, to: usize, from: usize, count: i32, back: bool): void {
  const sign = <i32>0x80000000;
  signs = back ? i32x4(sign, 0, sign, 0) : i32x4(0, sign, 0, sign);
  scale = f32x4.splat(back ? 1 / <f32>(tools.side * tools.side) : 1);
  const roots = back ? tools.back : tools.forward;
  const line = <usize>tools.side * COMPLEX;
  const square = <usize>tools.side * line;
  for (let k = 0; k < count; k++) {
    for (let x: usize = 0; x < line; x += VECTOR) lines<Columns>(tools, from + x, to + x, line, 0, roots);
    for (let y: usize = 0; y < square; y += 2 * line) lines<Rows>(tools, to + y, to + y, COMPLEX, line, roots);
    from += square;
    to += square;
  }
}

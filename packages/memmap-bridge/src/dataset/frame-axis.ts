import type { Issue } from '@ptychokit/config';
import { type ContractKey, DATASET_CONTRACT } from '../contract.js';
import type { DatasetPlan, PlannedMember, PlanOptions } from './plan.js';

/** Where the frames are counted: `(n, N, N)` or `(N, N, n)`. */
export type FrameAxis = 'first' | 'last';

const AXES = ['first', 'last'] as const;

type FrameStack = Pick<DatasetPlan, 'issues' | 'frameAxis' | 'frameCount' | 'frameSize'>;

/** Finds the axis of the frames from the number of positions, and what is wrong with the shape of the stack. */
export function frameStackIssue(members: ReadonlyMap<ContractKey, PlannedMember>, options: PlanOptions): FrameStack {
  const stack = members.get('diffraction');
  const counts = (['xcoords', 'ycoords'] as const).flatMap((key) => members.get(key)?.header.count ?? []);
  const fittingAxes = (count: number | undefined): FrameAxis[] => AXES.filter((axis) => fits(stack?.header.shape ?? [], { axis, count }));
  const positions = counts.find((count) => fittingAxes(count).length > 0) ?? counts[0];
  // What the other arrays say, where the frames say nothing usable: so that one wrong array is reported once.
  const others = { frameAxis: 'first', frameCount: positions ?? 0, frameSize: members.get('probeGuess')?.header.shape[1] ?? 0 } as const;
  if (stack === undefined) return { issues: [], ...others };
  const { shape } = stack.header;
  const fitting = fittingAxes(positions);
  const frameAxis = options.frameAxis ?? fitting[0] ?? 'first';
  const { count, size } = sides(shape, frameAxis);
  const expected = `${DATASET_CONTRACT.diffraction.type} (${positions ?? 'n'}, N, N)`;
  const issue = (got: string, fix: string): Issue => ({ key: stack.name, expected, got: `${got} of shape (${shape.join(', ')})`, fix });
  if (!fitting.includes(frameAxis))
    return { issues: [issue('frames', 'save square frames, one per position, frame axis first')], ...others };
  const issues: Issue[] = [];
  if (count === 0 || size === 0) issues.push(issue('no frames', 'give a file with at least one frame'));
  else if (fitting.length === 2 && options.frameAxis === undefined && !members.has('frames_first')) {
    issues.push(issue('frames along the first or the last axis (both fit)', "name the axis (frameAxis: 'first' or 'last')"));
  }
  return { issues, frameAxis, frameCount: count, frameSize: size };
}

function fits(shape: readonly number[], frames: { axis: FrameAxis; count: number | undefined }): boolean {
  if (shape.length !== 3) return false;
  const { count, size, other } = sides(shape, frames.axis);
  return size === other && (frames.count === undefined ? frames.axis === 'first' : count === frames.count);
}

function sides(shape: readonly number[], axis: FrameAxis): { count: number; size: number; other: number } {
  const [a = 0, b = 0, c = 0] = shape;
  return axis === 'first' ? { count: a, size: c, other: b } : { count: c, size: a, other: b };
}

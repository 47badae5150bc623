import type { Issue } from '@ptychokit/config';
import { type ContractArray, type ContractKey, contractArrays, DATASET_CONTRACT } from '../contract.js';
import type { NpyHeader } from '../npy/header.js';
import type { DescribedMember } from './describe-members.js';
import { type FrameAxis, frameStackIssue } from './frame-axis.js';

/** A member that stands for an array of the contract. */
export interface PlannedMember {
  /** Name in the file. */
  readonly name: string;
  readonly header: NpyHeader;
}

/** What the headers of a file say about how to open it. */
export interface DatasetPlan {
  /** Every problem that the headers show. */
  readonly issues: readonly Issue[];
  /** What will be renamed, converted or left out, one sentence each. */
  readonly conversions: readonly string[];
  /** Readable members by contract key. */
  readonly members: ReadonlyMap<ContractKey, PlannedMember>;
  readonly frameAxis: FrameAxis;
  readonly frameCount: number;
  readonly frameSize: number;
}

/** Options of everything that opens a scan file. */
export interface PlanOptions {
  /** Axis of the frames, for files where the shapes do not tell (n = N). */
  readonly frameAxis?: FrameAxis | undefined;
  /** Accept integer frames, which are counts; default false. */
  readonly counts?: boolean | undefined;
}

type Members = ReadonlyMap<string, DescribedMember>;

/** Holds the headers of a file against the contract. */
export function planDataset(described: Members, options: PlanOptions = {}): DatasetPlan {
  const issues: Issue[] = [];
  const conversions: string[] = [];
  const members = new Map<ContractKey, PlannedMember>();
  for (const array of contractArrays) {
    const member = findMember(array, { described, conversions });
    const issue = memberIssue(array, { member, ...options });
    if (issue !== undefined) issues.push(issue);
    else if (member?.header !== undefined) members.set(array.key as ContractKey, { name: member.name, header: member.header });
    else if (member !== undefined) conversions.push(`${member.name} left out: ${member.unreadable}`);
    if (issue === undefined) conversions.push(...conversionOf(array, member));
  }
  const frames = frameStackIssue(members, options);
  issues.push(...frames.issues);
  if (frames.frameAxis === 'last') conversions.push(`${members.get('diffraction')?.name}: frame axis moved from last to first`);
  return { issues: [...issues, ...shapeIssues(members, frames)], conversions, members, ...pick(frames) };
}

function pick(
  frames: Pick<DatasetPlan, 'frameAxis' | 'frameCount' | 'frameSize'>,
): Pick<DatasetPlan, 'frameAxis' | 'frameCount' | 'frameSize'> {
  return { frameAxis: frames.frameAxis, frameCount: frames.frameCount, frameSize: frames.frameSize };
}

function findMember(array: ContractArray, file: { described: Members; conversions: string[] }): DescribedMember | undefined {
  const { described, conversions } = file;
  const [found, ...others] = [array.key, ...array.aliases].filter((name) => described.has(name));
  if (found === undefined) return undefined;
  if (found !== array.key) conversions.push(`${found} (historical name) read as ${array.key}`);
  for (const other of others) conversions.push(`${other} left out: ${found} is the same array`);
  return described.get(found);
}

function memberIssue(
  array: ContractArray,
  { member, counts = false }: Pick<PlanOptions, 'counts'> & { member: DescribedMember | undefined },
): Issue | undefined {
  const expected = `${array.type} ${array.shape} (${array.meaning})`;
  if (member === undefined) {
    return array.required ? { key: array.key, expected, got: 'no such member', fix: `add ${array.key} to the file` } : undefined;
  }
  if (member.unreadable !== undefined || member.type === undefined) {
    const fix = 'save it again as a numeric array, in Python: np.savez';
    return array.required ? { key: member.name, expected, got: member.unreadable ?? 'nothing readable', fix } : undefined;
  }
  if (array.reads.includes(member.type)) return undefined;
  const got = `${member.type} (${member.shape?.join(', ')})`;
  if (array.key === 'diffraction' && /^u?int/.test(member.type)) {
    if (counts) return undefined;
    return {
      key: member.name,
      expected,
      got: `${got}: counts, not amplitudes`,
      fix: 'take the square root once: ptychokit prepare <file> <new file>',
    };
  }
  return { key: member.name, expected, got, fix: `save it with .astype(np.${array.type})` };
}

function conversionOf(array: ContractArray, member: DescribedMember | undefined): string[] {
  const isConverted = member?.type !== undefined && member.type !== array.type && array.type !== 'int32' && array.shape !== '()';
  return isConverted ? [`${member.name} converted from ${member.type} to ${array.type}`] : [];
}

/** Checks the shapes of everything but the frames against their number and size. */
function shapeIssues(members: DatasetPlan['members'], frames: Pick<DatasetPlan, 'frameCount' | 'frameSize'>): Issue[] {
  const { frameCount: n, frameSize: size } = frames;
  const rules: Partial<Record<ContractKey, { fits: (shape: readonly number[]) => boolean; expected: string; fix: string }>> = {
    probeGuess: {
      fits: (shape) => isProbe(shape, size),
      expected: probeShapes(size),
      fix: 'cut or pad the probe to the size of the frames',
    },
    objectGuess: { fits: (shape) => shape.length === 2 && shape.every((side) => side > 0), expected: '(H, W)', fix: 'save one 2-D object' },
    Y: {
      fits: (shape) => sameShape(shape, [n, size, size]),
      expected: `(${n}, ${size}, ${size})`,
      fix: 'save one patch per frame, or leave Y out',
    },
    _metadata: { fits: isScalar, expected: '()', fix: 'save np.array(json.dumps(metadata))' },
    frames_first: { fits: isScalar, expected: '()', fix: 'save the number 1, or leave it out' },
    nphotons: { fits: isScalar, expected: '()', fix: 'save one number' },
  };
  for (const key of ['xcoords', 'ycoords', 'xcoords_start', 'ycoords_start', 'scan_index'] as const) {
    rules[key] = { fits: (shape) => sameShape(shape, [n]), expected: `(${n},)`, fix: 'save one number per frame' };
  }
  const issues: Issue[] = [];
  for (const [key, rule] of Object.entries(rules)) {
    const shape = members.get(key as ContractKey)?.header.shape;
    if (shape === undefined || rule.fits(shape)) continue;
    issues.push({
      key,
      expected: `${DATASET_CONTRACT[key as ContractKey].type} ${rule.expected}`,
      got: `shape (${shape.join(', ')})`,
      fix: rule.fix,
    });
  }
  return issues;
}

function probeShapes(size: number): string {
  return `(${size}, ${size}), (modes, ${size}, ${size}) or (${size}, ${size}, 1)`;
}

function isProbe(shape: readonly number[], size: number): boolean {
  const [a, b, c] = shape;
  if (sameShape(shape, [size, size]) || sameShape(shape, [size, size, 1])) return true;
  return shape.length === 3 && (a as number) > 0 && b === size && c === size;
}

function isScalar(shape: readonly number[]): boolean {
  return shape.every((size) => size === 1);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

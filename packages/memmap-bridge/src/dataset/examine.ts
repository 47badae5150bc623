import { type Issue, isPtychoError } from '@ptychokit/config';
import type { NpzFile } from '../npz/read.js';
import { type StackLayout, stackLayout } from '../stack/layout.js';
import { type DescribedMember, describeMembers } from './describe-members.js';
import { allFrames, type FrameMember, frameValueIssues, sampleFrames } from './frame-sample.js';
import { type DatasetPlan, type PlanOptions, planDataset } from './plan.js';
import { readSmallArrays, type SmallArrays } from './small-arrays.js';
import { valueIssues } from './value-issues.js';

/** How closely to look at a file. */
export interface ExamineOptions extends PlanOptions {
  /** `sample` (default): a few frames; `all`: every value and checksum of the frames, which reads the whole file. */
  readonly frames?: 'sample' | 'all' | undefined;
  /** Leaves the values of a large object in the file until they are asked for; then they are checked. Default false. */
  readonly deferLarge?: boolean | undefined;
  /** Stops looking at all frames. */
  readonly signal?: AbortSignal | undefined;
}

/** Frames whose type and shape are as they should be. */
export interface FrameStack extends FrameMember {
  readonly layout: StackLayout;
}

/** Everything a file says about itself, and everything that is wrong with it. */
export interface Examination {
  readonly members: ReadonlyMap<string, DescribedMember>;
  readonly plan: DatasetPlan;
  readonly arrays: SmallArrays;
  /** Undefined where type or shape of the frames is wrong. */
  readonly frames: FrameStack | undefined;
  readonly issues: readonly Issue[];
}

/** Looks at headers, small arrays and some of the frames of an archive. */
export async function examineDataset(npz: NpzFile, options: ExamineOptions = {}): Promise<Examination> {
  const members = await describeMembers(npz);
  const plan = planDataset(members, options);
  const { arrays, issues, objectRead } = await readSmallArrays(npz, plan, options);
  const frames = frameStack(npz, plan);
  const frameIssues = frames === undefined ? [] : await frameIssuesOf(frames, options);
  return { members, plan, arrays, frames, issues: [...plan.issues, ...issues, ...valueIssues(arrays, { objectRead }), ...frameIssues] };
}

function frameStack(npz: NpzFile, plan: DatasetPlan): FrameStack | undefined {
  const member = plan.members.get('diffraction');
  if (member === undefined || plan.issues.some((issue) => issue.key === member.name)) return undefined;
  return { npz, member, layout: stackLayout(member.header, plan.frameAxis) };
}

async function frameIssuesOf(frames: FrameStack, options: ExamineOptions): Promise<Issue[]> {
  const { name } = frames.member;
  try {
    const samples = options.frames === 'all' ? allFrames(frames, options) : sampleFrames(frames);
    return await frameValueIssues({ name, layout: frames.layout }, samples);
  } catch (error) {
    if (!isPtychoError(error, 'ZIP_FORMAT', 'DATA_FILE')) throw error;
    return [{ key: name, expected: 'readable frames', got: error.what, fix: error.fix ?? 'copy the file again' }];
  }
}

import type { Issue } from '@ptychokit/config';
import { isPtychoError } from '@ptychokit/config';
import type { NpzFile } from '../npz/read.js';
import { stackLayout } from '../stack/layout.js';
import { type DescribedMember, describeMembers } from './describe-members.js';
import { allFrames, type FrameMember, frameValueIssues, sampleFrames } from './frame-sample.js';
import { type DatasetPlan, type PlanOptions, planDataset } from './plan.js';
import { readSmallArrays, type SmallArrays } from './small-arrays.js';
import { valueIssues } from './value-issues.js';

/** How closely to look at a file. */
export interface ExamineOptions extends PlanOptions {
  /** `sample` (default): a few frames; `all`: every value and checksum of the frames, which reads the whole file. */
  readonly frames?: 'sample' | 'all' | undefined;
}

/** Everything a file says about itself, and everything that is wrong with it. */
export interface Examination {
  readonly members: ReadonlyMap<string, DescribedMember>;
  readonly plan: DatasetPlan;
  readonly arrays: SmallArrays;
  /** The frames, where their shape and type are as they should be. */
  readonly frames: FrameMember | undefined;
  readonly issues: readonly Issue[];
}

/** Looks at headers, small arrays and some of the frames of an archive. */
export async function examineDataset(npz: NpzFile, options: ExamineOptions = {}): Promise<Examination> {
  const members = await describeMembers(npz);
  const plan = planDataset(members, options);
  const { arrays, issues } = await readSmallArrays(npz, plan);
  const frames = frameMember(npz, plan);
  const frameIssues = frames === undefined ? [] : await frameIssuesOf(frames, options);
  return { members, plan, arrays, frames, issues: [...plan.issues, ...issues, ...valueIssues(arrays), ...frameIssues] };
}

function frameMember(npz: NpzFile, plan: DatasetPlan): FrameMember | undefined {
  const member = plan.members.get('diffraction');
  if (member === undefined || plan.issues.some((issue) => issue.key === member.name)) return undefined;
  return { npz, member, layout: stackLayout(member.header, plan.frameAxis) };
}

async function frameIssuesOf(frames: FrameMember, options: ExamineOptions): Promise<Issue[]> {
  try {
    return await frameValueIssues(frames, options.frames === 'all' ? allFrames(frames) : sampleFrames(frames));
  } catch (error) {
    if (!isPtychoError(error, 'ZIP_FORMAT', 'DATA_FILE')) throw error;
    return [{ key: frames.member.name, expected: 'readable frames', got: error.what, fix: error.fix ?? 'copy the file again' }];
  }
}

import { expect, it } from 'vitest';
import { filterFix } from '../../../packages/study/src/jobs/filter-fix.js';

const exist = [1e3, 1e4, 1e5].flatMap((dose) => ['baseline', 'dense', 'sparse'].map((view) => ({ dose, view })));
const REST = 'give one of these, or leave the filter out';

it.each([
  [{ dose: 1100 }, `did you mean --dose 1000? ${REST}`],
  [{ dose: 100 }, `did you mean --dose 1000? ${REST}`],
  [{ dose: 1e9 }, REST],
  [{ view: 'denze' }, `did you mean --view dense? ${REST}`],
  [{ dose: 10001, view: 'Sparse ' }, `did you mean --dose 10000 --view sparse? ${REST}`],
  [{ dose: 1e3, view: 'other' }, REST],
  [{}, REST],
])('%o: %s', (filters, fix) => expect(filterFix(filters, exist)).toBe(fix));

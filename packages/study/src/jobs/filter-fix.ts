import { closestName } from '@ptychokit/config';

/** What a filter that nothing fits was given. */
export interface PlaceFilters {
  readonly dose?: number | undefined;
  readonly view?: string | undefined;
}

/** A dose that is further off than this was hardly a slip. */
const FACTOR = 10;

/** What to do about filters that nothing fits: the dose or view that was probably meant, where one is near. */
export function filterFix(filters: PlaceFilters, exist: readonly { readonly dose: number; readonly view: string }[]): string {
  const meant = [
    doseMeant(
      filters.dose,
      exist.map(({ dose }) => dose),
    ),
    viewMeant(
      filters.view,
      exist.map(({ view }) => view),
    ),
  ].flatMap((flag) => flag ?? []);
  return `${meant.length === 0 ? '' : `did you mean ${meant.join(' ')}? `}give one of these, or leave the filter out`;
}

function doseMeant(asked: number | undefined, doses: readonly number[]): string | undefined {
  if (asked === undefined || doses.includes(asked)) return undefined;
  const away = (dose: number): number => Math.abs(Math.log(dose / asked));
  const [nearest] = doses.filter((dose) => away(dose) <= Math.log(FACTOR) * (1 + 1e-9)).sort((a, b) => away(a) - away(b));
  return nearest === undefined ? undefined : `--dose ${nearest}`;
}

function viewMeant(asked: string | undefined, views: readonly string[]): string | undefined {
  if (asked === undefined || views.includes(asked)) return undefined;
  const nearest = closestName(asked, views);
  return nearest === undefined ? undefined : `--view ${nearest}`;
}

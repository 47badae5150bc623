/** Fewer images than this are no fair trial of a view: a network has hardly anything to learn from. */
export const FEW_IMAGES = 32;

/** What a reader of losses and scores must know about a training on so few images; null where there are enough. */
export function fewImagesWarning({ images, total }: { readonly images: number; readonly total?: number | undefined }): string | null {
  if (images >= FEW_IMAGES) return null;
  const count = total === undefined ? `${images} images` : `${images} of ${total} images`;
  return `only ${count} to train on: losses and scores say little about this view`;
}

/** One line for each warning, with all that it is about: `sparse/dose=1e+03, sparse/dose=1e+04: only 9 images ...`. */
export function warningLines(warnings: readonly { readonly label: string; readonly warning: string | null }[]): readonly string[] {
  const labels = new Map<string, string[]>();
  for (const { label, warning } of warnings) if (warning !== null) labels.set(warning, [...(labels.get(warning) ?? []), label]);
  return [...labels].map(([warning, about]) => `${about.join(', ')}: ${warning}`);
}

/** One line of the table. */
export interface Row {
  readonly figure: string;
  readonly gate: string;
  readonly measured: string;
  /** Null where the line is only told. */
  readonly passed: boolean | null;
}

/** The line as Markdown. */
export const rowText = ({ figure, gate, measured, passed }: Row): string =>
  `| ${figure} | ${gate} | ${measured} | ${passed === null ? '' : passed ? 'reached' : 'MISSED'} |\n`;

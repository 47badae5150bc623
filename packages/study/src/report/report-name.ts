/** File name of the report. */
export const REPORT_NAME = 'report.html';

/** Folder of its figures. */
export const FIGURES_NAME = 'figures';

import { join } from 'node:path';

/** One task of an array: the array's name and the index in it. */
export interface TaskPlace {
  readonly name: string;
  readonly task: number | string;
}

/** What a task prints. */
export const taskLog = (directory: string, { name, task }: TaskPlace): string => join(directory, `${name}-${task}.log`);

/** What a task reports while it works, one event of JSON per line. */
export const taskEvents = (directory: string, { name, task }: TaskPlace): string => join(directory, `${name}-${task}.events`);

/** The jobs of an array. */
export const taskFile = (directory: string, name: string): string => join(directory, `${name}.json`);

/** The script of an array. */
export const scriptFile = (directory: string, name: string): string => join(directory, `${name}.sh`);

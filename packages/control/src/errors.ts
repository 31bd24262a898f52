import { type ErrorDetails, TerraceError } from '@terrace/kit'

type Details = Pick<ErrorDetails, 'cause'>

/** What can go wrong between a command and a running system. */
export const ControlErrors = {
  notRunning: (name: string) =>
    new TerraceError('CONTROL_NOT_RUNNING', `${name} is not running`, {
      hint: `start it with: terrace up ${name}`,
    }),
  stale: (name: string, file: string, details: Details = {}) =>
    new TerraceError('CONTROL_STALE', `${name} is not running any more, but left ${file} behind`, {
      hint: `clear it away with: terrace down ${name}`,
      ...details,
    }),
  corrupt: (name: string, file: string, problem: string, details: Details = {}) =>
    new TerraceError('CONTROL_CORRUPT', `${file} is not what Terrace wrote there: ${problem}`, {
      hint: `end what may still run and remove the file with: terrace down ${name} (its data stays)`,
      ...details,
    }),
  alreadyThere: (name: string, file: string) =>
    new TerraceError('CONTROL_ALREADY_THERE', `${name} is being started or is running: ${file} exists`, {
      hint: `look with: terrace status ${name}`,
    }),
  wrongToken: (name: string, file: string) =>
    new TerraceError('CONTROL_WRONG_TOKEN', `the program on the port of ${name} refuses the token of ${file}`, {
      hint: `the file belongs to another run; clear it away with: terrace down ${name}`,
    }),
  unresponsive: (name: string, pid: number, waitedMs: number, details: Details = {}) =>
    new TerraceError(
      'CONTROL_UNRESPONSIVE',
      `${name} (process ${pid}) took its call but did not answer within ${waitedMs} ms`,
      { hint: `it may be suspended; end it with: terrace down ${name}`, ...details },
    ),
  interrupted: (name: string, details: Details = {}) =>
    new TerraceError('CONTROL_INTERRUPTED', `${name} ended the conversation before its answer was complete`, {
      hint: `look with: terrace status ${name}`,
      ...details,
    }),
  badAnswer: (path: string, problem: string) =>
    new TerraceError('CONTROL_BAD_ANSWER', `the answer to ${path} breaks the contract: ${problem}`, {
      blame: 'internal',
    }),
} as const

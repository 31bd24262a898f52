import { TerraceError } from '@terrace/kit'

/** What a launch was after. */
export type LaunchNeed =
  | { readonly kind: 'packages'; readonly names: readonly string[] }
  | { readonly kind: 'image'; readonly uri: string }
  /** A secret of Secrets Manager or a parameter of SSM, as the reference names it. */
  | { readonly kind: 'secret'; readonly reference: string }
  | { readonly kind: 'files'; readonly source: string }
  | { readonly kind: 'logs'; readonly group: string }
  | { readonly kind: 'program'; readonly name: string }
  /** Something that a tool does with AWS, as it follows on `could not`: `save the dump`. */
  | { readonly kind: 'call'; readonly purpose: string }

/** Why it can't be had. */
export type LaunchProblem =
  /** Packets to the host go nowhere: the caller waits until its own time-out. */
  | { readonly kind: 'unreachable'; readonly host: string; readonly because: string }
  /** AWS has refused: its code, its message and its HTTP status. */
  | {
      readonly kind: 'refused'
      readonly operation: string
      readonly code: string
      readonly message: string
      readonly status: number
      /** Of Secrets Manager, ECR…: as the SDK for Go calls the service. */
      readonly service: string
    }
  /** Who launches has no role, or one that it may not take on. */
  | { readonly kind: 'noCredentials'; readonly because: string }
  /** It was found, and is of no use; the message is the program's own. */
  | { readonly kind: 'unusable'; readonly message: string }
  /** It would run on AWS, and can't run here. */
  | { readonly kind: 'notHere'; readonly message: string }

/** A launch that can't get what it needs. The message is one line for people: what, and why not. */
export class LaunchFailure extends TerraceError {
  readonly need: LaunchNeed
  readonly problem: LaunchProblem

  constructor(need: LaunchNeed, problem: LaunchProblem, cause?: unknown) {
    super('LAUNCH_FAILED', `${wanted(need)}: ${reason(problem)}`, {
      hint: hintFor(problem),
      ...(cause === undefined ? {} : { cause }),
    })
    this.name = 'LaunchFailure'
    this.need = need
    this.problem = problem
  }
}

function wanted(need: LaunchNeed): string {
  switch (need.kind) {
    case 'packages':
      return `could not install ${need.names.join(', ')}`
    case 'image':
      return `could not pull the image ${need.uri}`
    case 'secret':
      return `could not read ${need.reference}`
    case 'files':
      return `could not fetch ${need.source}`
    case 'logs':
      return `could not open a log stream in ${need.group}`
    case 'program':
      return `could not start ${need.name}`
    case 'call':
      return `could not ${need.purpose}`
  }
}

function reason(problem: LaunchProblem): string {
  switch (problem.kind) {
    case 'unreachable':
      return `no way to ${problem.host}: ${problem.because}`
    case 'refused':
      return problem.message
    case 'noCredentials':
      return problem.because
    case 'unusable':
    case 'notHere':
      return problem.message
  }
}

const hintFor = (problem: LaunchProblem): string =>
  problem.kind === 'notHere' ? 'on AWS it would start' : 'on AWS the launch would fail in the same place'

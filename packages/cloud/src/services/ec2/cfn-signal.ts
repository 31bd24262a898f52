import { filledIn, linesOf, optionsOf, variablesOf } from './script-calls.ts'

/** What a script tells CloudFormation when it ends. */
export interface ScriptSignal {
  /** As the script writes it; absent when it can't be read, and the instance's own stack is meant. */
  readonly stack: string | undefined
  readonly resource: string | undefined
  /** Absent: the id of the instance. */
  readonly uniqueId: string | undefined
  readonly status: 'SUCCESS' | 'FAILURE'
  /** What the script asks for: `cfn-signal`, or the AWS CLI with credentials of the instance's role. */
  readonly tool: 'cfn-signal' | 'aws'
}

interface Call extends Omit<ScriptSignal, 'status'> {
  /** `outcome`: the exit code of the script, or of the command before. */
  readonly status: ScriptSignal['status'] | 'outcome'
}

/** The signals in the text of a user data, as far as its end decides them. */
export interface ScriptSignals {
  /** What is sent when all has gone well; nothing when the script calls no `cfn-signal`. */
  readonly onSuccess: ScriptSignal | undefined
  /** What is sent when a step has failed: only what a trap or an error handler sends, or what follows without `set -e`. */
  readonly onFailure: ScriptSignal | undefined
}

/**
 * Reads the calls of `cfn-signal` and of `aws cloudformation signal-resource`. Variables are filled in when the script sets
 * them to a literal text.
 *
 * @see "cfn-signal" in the CloudFormation Template Reference
 */
export function signalsIn(userData: string): ScriptSignals {
  const script = linesOf(userData)
  const variables = variablesOf(script)
  const calls = script.flatMap(line => callIn(line, variables) ?? [])
  const trapped = script.some(line => /^\s*trap\s.*\b(EXIT|ERR|0)\b/.test(line))
  const stopsAtErrors = script.some(line => /^\s*set\s+(-o\s+errexit|-\w*e)/.test(line) || /^#!.*\s-\w*e/.test(line))
  const good = calls.findLast(({ status }) => status !== 'FAILURE')
  const outcome = calls.findLast(({ status }) => status === 'outcome')
  const bad = calls.findLast(({ status }) => status === 'FAILURE')
  const failure = (trapped ? (outcome ?? bad) : bad) ?? (stopsAtErrors || trapped ? undefined : good)
  return { onSuccess: good && ended(good, 'SUCCESS'), onFailure: failure && ended(failure, 'FAILURE') }
}

const ended = ({ status, ...call }: Call, outcome: ScriptSignal['status']): ScriptSignal => ({
  ...call,
  status: status === 'outcome' ? outcome : status,
})

function callIn(line: string, variables: ReadonlyMap<string, string>): Call | undefined {
  const [, tool = '', rest = ''] =
    /(?:^|[\s;&|({/'"])(cfn-signal|cloudformation\s+signal-resource)\s+(.*)$/.exec(line) ?? []
  if (tool === '') return undefined
  const options = optionsOf(rest)
  const value = (...names: readonly string[]): string | undefined => {
    const given = names.flatMap(name => options.get(name) ?? [])[0]
    return given === undefined ? undefined : filledIn(given, variables)
  }
  if (tool === 'cfn-signal') {
    return {
      tool,
      stack: value('--stack'),
      resource: value('--resource'),
      uniqueId: value('-i', '--id'),
      status: statusOf(
        options.has('-e') || options.has('--exit-code') ? (value('-e', '--exit-code') ?? UNKNOWN) : undefined,
        value('-s', '--success'),
      ),
    }
  }
  const status = value('--status')
  return {
    tool: 'aws',
    stack: value('--stack-name'),
    resource: value('--logical-resource-id'),
    uniqueId: value('--unique-id'),
    status: status === 'SUCCESS' || status === 'FAILURE' ? status : 'outcome',
  }
}

/** Stands for what only the running script knows. */
const UNKNOWN = '$'

/** An exit code wins over `--success`; one that isn't a number is that of something before. */
function statusOf(exitCode: string | undefined, success: string | undefined): Call['status'] {
  if (exitCode === undefined) return success === 'false' ? 'FAILURE' : 'SUCCESS'
  if (!/^\d+$/.test(exitCode)) return 'outcome'
  return Number(exitCode) === 0 ? 'SUCCESS' : 'FAILURE'
}

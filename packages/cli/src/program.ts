import { Command } from 'commander'
import type { AddCommand, Session } from './commands/command.ts'
import { addConnect } from './commands/connect.ts'
import { addDiff } from './commands/diff.ts'
import { addDoctor } from './commands/doctor.ts'
import { addDown } from './commands/down.ts'
import { addExec } from './commands/exec.ts'
import { addInbox } from './commands/inbox.ts'
import { addLogs } from './commands/logs.ts'
import { addModel } from './commands/model.ts'
import { addPermissions } from './commands/permissions.ts'
import { addReset } from './commands/reset.ts'
import { addStatus } from './commands/status.ts'
import { addSynth } from './commands/synth.ts'
import { addTraces } from './commands/traces.ts'
import { addUp } from './commands/up.ts'
import { addZone } from './commands/zone.ts'

/** Every command, in the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addUp,
  addStatus,
  addLogs,
  addInbox,
  addTraces,
  addConnect,
  addExec,
  addPermissions,
  addZone,
  addDown,
  addReset,
  addSynth,
  addModel,
  addDiff,
  addDoctor,
]

/** The command line: what can be typed, and what it does. */
export function buildProgram(session: Session, version: string): Command {
  const { context } = session
  const program = new Command('terrace')
    .description('Runs a system that is defined for AWS on this machine: the same template, the same programs.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(terrace --help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: text => context.say(text.replace(/\n$/, '')),
      writeErr: text => context.note(text.replace(/\n$/, '')),
    })
    .addHelpText(
      'after',
      `
A target is a system's name, a CDK app directory, a cloud assembly or a template file.
State lives in .terrace/<name> of the project.
Exit codes: 0 good, 1 findings, 2 bad input, 70 a bug of Terrace, 130 ended by Ctrl-C before it was ready.`,
    )
  for (const add of COMMANDS) add(program, session)
  return program
}

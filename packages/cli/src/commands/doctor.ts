import { localhostFinding, nodeFinding, programFinding, safariFinding } from '../doctor/findings.ts'
import { describeFindings } from '../output/describe-findings.ts'
import type { AddCommand } from './command.ts'

/** `terrace doctor` */
export const addDoctor: AddCommand = (program, { context }) => {
  program
    .command('doctor')
    .summary('show what is installed, what is missing and what that costs you')
    .description(
      'Looks for the programs that Terrace uses when they are there. Nothing of it is needed for terrace up library.',
    )
    .option('--json', 'print the findings as one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const { surveyPrograms } = await import('@terrace/cloud')
      const [programs, localhost] = await Promise.all([surveyPrograms(), localhostFinding()])
      const findings = [nodeFinding(), ...programs.map(programFinding), localhost, safariFinding()]
      context.say(json ? JSON.stringify(findings) : describeFindings(findings, context.colors))
    })
}

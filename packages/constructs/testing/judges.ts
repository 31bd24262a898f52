import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type App, Stack, Validations } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'

/** On the machine that decides, a judge that is missing is a failure. */
export const cfnLintIsHere = process.env.CI === 'true' || spawnSync('cfn-lint', ['--version']).status === 0

/** What cfn-lint says of templates: its errors, and its exit code. */
export function cfnLintVerdict(templateFiles: readonly string[]) {
  const words = ['--non-zero-exit-code', 'error', '--', ...templateFiles]
  const { status: exit, stdout } = spawnSync('cfn-lint', words, { encoding: 'utf8' })
  return { errors: stdout.split('\n').filter(line => /^E\d/.test(line)), exit }
}

export const GOOD_VERDICT = { errors: [], exit: 0 }

/** Has an app judged by CDK's own rules and cdk-nag's AwsSolutions, with a bucket in it that breaks two of them. */
export function judged(app: App): void {
  new Bucket(new Stack(app, 'canary'), 'Bucket')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}

/** They show that the rules ran at all: a clean report is an empty one. */
export const CANARY_FINDINGS = ['AwsSolutions-S1 canary/Bucket/Resource', 'AwsSolutions-S10 canary/Bucket/Resource']

/** What was found in a judged app and acknowledged by nobody. @param assembly  its folder */
export function openFindings(assembly: string): readonly string[] {
  const report: Report = JSON.parse(readFileSync(join(assembly, 'validation-report.json'), 'utf8'))
  return report.pluginReports
    .flatMap(plugin => plugin.violations)
    .flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(at => `${ruleName} ${at.constructPath}`))
}

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string
      readonly violatingConstructs: readonly { readonly constructPath: string }[]
    }[]
  }[]
}

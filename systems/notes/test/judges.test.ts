import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type App, Stack, Validations } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { synthesize } from './support.ts'

// On the machine that decides, a judge that is missing is a failure.
const cfnLint = process.env.CI === 'true' || spawnSync('cfn-lint', ['--version']).status === 0
const skipped = cfnLint ? '' : ' (skipped: cfn-lint is not installed; pip install cfn-lint)'

describe.each([{}, { deletionProtection: true }])('the template of the notes, with %j', options => {
  it.skipIf(!cfnLint)(`passes cfn-lint without an error${skipped}`, () => {
    const { templateFile } = synthesize(options)
    const linted = spawnSync('cfn-lint', ['--non-zero-exit-code', 'error', '--', templateFile], { encoding: 'utf8' })
    const errors = linted.stdout.split('\n').filter(line => /^E\d/.test(line))
    expect({ errors, exit: linted.status }).toEqual({ errors: [], exit: 0 })
  })

  it('passes the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { directory } = synthesize(options, judgeWithCanary)
    const report: Report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'))
    const findings = report.pluginReports
      .flatMap(plugin => plugin.violations)
      .flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(at => `${ruleName} ${at.constructPath}`))
    // The canary shows that the rules ran at all: a clean report is an empty one.
    expect(findings).toEqual(['AwsSolutions-S1 canary/Bucket/Resource', 'AwsSolutions-S10 canary/Bucket/Resource'])
  })
})

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string
      readonly violatingConstructs: readonly { readonly constructPath: string }[]
    }[]
  }[]
}

function judgeWithCanary(app: App): void {
  new Bucket(new Stack(app, 'canary'), 'Bucket')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
}

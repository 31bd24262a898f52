import {
  CANARY_FINDINGS,
  cfnLintIsHere,
  cfnLintVerdict,
  GOOD_VERDICT,
  judged,
  openFindings,
} from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import { synthesize } from './support.ts'

const skipped = cfnLintIsHere ? '' : ' (skipped: cfn-lint is not installed; pip install cfn-lint)'

describe.each([{}, { deletionProtection: true }])('the template of the notes, with %j', options => {
  it.skipIf(!cfnLintIsHere)(`passes cfn-lint without an error${skipped}`, () => {
    const { templateFile } = synthesize(options)
    expect(cfnLintVerdict([templateFile])).toEqual(GOOD_VERDICT)
  })

  it('passes the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { assembly } = synthesize(options, judged)
    expect(openFindings(assembly)).toEqual(CANARY_FINDINGS)
  })
})

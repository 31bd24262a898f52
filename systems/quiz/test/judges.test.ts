import {
  CANARY_FINDINGS,
  cfnLintIsHere,
  cfnLintVerdict,
  GOOD_VERDICT,
  judged,
  openFindings,
} from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import type { QuizOptions } from '../props.ts'
import { synthesize } from './support.ts'

const variants: readonly QuizOptions[] = [
  { policies: 'shipped', database: 'instance' },
  { policies: 'original', database: 'rds', lateLaunch: 'CONTINUE', deletionProtection: true },
]

const skipped = cfnLintIsHere ? '' : ' (skipped: cfn-lint is not installed; pip install cfn-lint)'

describe.each(variants)('the template with $policies policies and the database on $database', options => {
  it.skipIf(!cfnLintIsHere)(`passes cfn-lint without an error${skipped}`, () => {
    expect(cfnLintVerdict([synthesize(options).templateFile])).toEqual(GOOD_VERDICT)
  })

  it('passes the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { assembly } = synthesize(options, judged)
    expect(openFindings(assembly)).toEqual(CANARY_FINDINGS)
  })
})

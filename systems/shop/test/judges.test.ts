import {
  CANARY_FINDINGS,
  cfnLintIsHere,
  cfnLintVerdict,
  GOOD_VERDICT,
  judged,
  openFindings,
} from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import type { ShopOptions } from '../props.ts'
import { STACKS } from '../stacks/stacks.ts'
import { synthesize } from './support.ts'

const variants: readonly ShopOptions[] = [{ mistake: 'none' }, { mistake: 'schema-race', deletionProtection: true }]

const skipped = cfnLintIsHere ? '' : ' (skipped: cfn-lint is not installed; pip install cfn-lint)'

describe.each(variants)('the templates with the mistake $mistake', options => {
  it.skipIf(!cfnLintIsHere)(`pass cfn-lint without an error${skipped}`, () => {
    const { templateFile } = synthesize(options)
    expect(cfnLintVerdict(STACKS.map(templateFile))).toEqual(GOOD_VERDICT)
  })

  it('pass the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { assembly } = synthesize(options, judged)
    expect(openFindings(assembly)).toEqual(CANARY_FINDINGS)
  })
})

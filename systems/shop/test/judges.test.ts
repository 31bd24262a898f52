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

it.skipIf(!cfnLintIsHere)(`the templates of all variants pass cfn-lint without an error${skipped}`, () => {
  const files = variants.flatMap(options => STACKS.map(synthesize(options).templateFile))
  expect(cfnLintVerdict(files)).toEqual(GOOD_VERDICT)
})

describe.each(variants)('the templates with the mistake $mistake', options => {
  it('pass the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { assembly } = synthesize(options, judged)
    expect(openFindings(assembly)).toEqual(CANARY_FINDINGS)
  })
})

import {
  CANARY_FINDINGS,
  cfnLintIsHere,
  cfnLintVerdict,
  GOOD_VERDICT,
  judged,
  openFindings,
} from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import type { LibraryOptions } from '../props.ts'
import { synthesize } from './support.ts'

const variants: readonly LibraryOptions[] = [
  { entry: 'cdn' },
  { entry: 'cdn', firewall: 'managed', deletionProtection: true },
  { entry: 'web-tier' },
]

const skipped = cfnLintIsHere ? '' : ' (skipped: cfn-lint is not installed; pip install cfn-lint)'

it.skipIf(!cfnLintIsHere)(`the templates of all variants pass cfn-lint without an error${skipped}`, () => {
  expect(cfnLintVerdict(variants.map(options => synthesize(options).templateFile))).toEqual(GOOD_VERDICT)
})

describe.each(variants)('the template of $entry', options => {
  it('passes the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { assembly } = synthesize(options, judged)
    expect(openFindings(assembly)).toEqual(CANARY_FINDINGS)
  })
})

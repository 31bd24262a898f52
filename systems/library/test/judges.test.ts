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

describe.each(variants)('the template of $entry', options => {
  it.skipIf(!cfnLintIsHere)(`passes cfn-lint without an error${skipped}`, () => {
    const { templateFile } = synthesize(options)
    expect(cfnLintVerdict([templateFile])).toEqual(GOOD_VERDICT)
  })

  it('passes the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { assembly } = synthesize(options, judged)
    expect(openFindings(assembly)).toEqual(CANARY_FINDINGS)
  })
})

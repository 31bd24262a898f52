import {
  CANARY_FINDINGS,
  cfnLintIsHere,
  cfnLintVerdict,
  GOOD_VERDICT,
  judged,
  openFindings,
} from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import { type Context, synthesize } from './support.ts'

const IMAGE = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/items-api:1.2.3'
const variants: readonly Context[] = [
  { environment: 'dev' },
  { environment: 'prod' },
  { environment: 'prod', region: 'eu-central-1', project: 'other', image: IMAGE },
]

const skipped = cfnLintIsHere ? '' : ' (skipped: cfn-lint is not installed; pip install cfn-lint)'

it.skipIf(!cfnLintIsHere)(`the templates of all environments pass cfn-lint without an error${skipped}`, () => {
  expect(cfnLintVerdict(variants.map(context => synthesize(context).templateFile))).toEqual(GOOD_VERDICT)
})

describe.each(variants)('the template of the items, with %j', context => {
  it('I-09: passes the rules of CDK itself and cdk-nag’s AwsSolutions; what is acknowledged says why', () => {
    const { assembly } = synthesize(context, judged)
    expect(openFindings(assembly)).toEqual(CANARY_FINDINGS)
  })
})

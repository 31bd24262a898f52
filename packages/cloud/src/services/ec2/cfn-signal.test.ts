import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signalsIn } from './cfn-signal.ts'
import { readinessIn } from './readiness.ts'

const START_SCRIPT = readFileSync(new URL('../../../../constructs/src/workload/start.sh', import.meta.url), 'utf8')

const said = (script: string): string => {
  const { onSuccess, onFailure } = signalsIn(script)
  const text = (signal: typeof onSuccess) =>
    signal ? `${signal.status} ${signal.stack ?? '-'}/${signal.resource ?? '-'}` : 'nothing'
  return `${text(onSuccess)}, ${text(onFailure)}`
}

describe('what a script signals', () => {
  it.each([
    ['echo hello', 'nothing, nothing'],
    ['# cfn-signal -e 0 --stack s --resource r', 'nothing, nothing'],
    ['cfn-signal --stack s --resource r', 'SUCCESS s/r, SUCCESS s/r'],
    ['set -e\n/opt/aws/bin/cfn-signal -e 0 --stack s --resource r --region us-east-1', 'SUCCESS s/r, nothing'],
    ['#!/bin/bash -xe\n/opt/aws/bin/cfn-signal -e $? --stack=s --resource=r', 'SUCCESS s/r, nothing'],
    ['#!/bin/bash -x\n/opt/aws/bin/cfn-signal -e $? --stack s --resource r', 'SUCCESS s/r, FAILURE s/r'],
    ['cfn-signal --exit-code 1 --stack s --resource r', 'nothing, FAILURE s/r'],
    ['cfn-signal --success false --stack s --resource r', 'nothing, FAILURE s/r'],
    [
      'function exitTrap(){\nexitCode=$?\n/opt/aws/bin/cfn-signal --stack s --resource r --region us-east-1 -e $exitCode || echo no\n}\ntrap exitTrap EXIT',
      'SUCCESS s/r, FAILURE s/r',
    ],
    [
      'set -e\nfail() { cfn-signal -e 1 --stack s --resource r; }\ncfn-init || fail\ncfn-signal -e 0 --stack s --resource r',
      'SUCCESS s/r, FAILURE s/r',
    ],
    ['export A=\'s\' B="r"\ncfn-signal -e 0 \\\n  --stack "$A" --resource ${B} || true', 'SUCCESS s/r, SUCCESS s/r'],
    ['cfn-signal -e 0 --stack $(curl x) --resource r', 'SUCCESS -/r, SUCCESS -/r'],
    [
      'aws cloudformation signal-resource --stack-name s --logical-resource-id r --unique-id $ID --status SUCCESS',
      'SUCCESS s/r, SUCCESS s/r',
    ],
  ])('in %j: %s', (script, expected) => expect(said(script)).toBe(expected))

  it('in the script that starts workloads is how it ended, also when a step has failed', () => {
    const script = `set -euo pipefail\nexport TERRACE_STACK='library' TERRACE_RESOURCE='AppGroup'\n${START_SCRIPT}`
    expect(said(script)).toBe('SUCCESS library/AppGroup, FAILURE library/AppGroup')
    expect(readinessIn(script)).toEqual({ path: '/readyz', port: undefined })
  })
})

describe('what a script waits for', () => {
  it.each([
    ['echo hello', undefined],
    ['curl -fsS https://example.com/file', undefined],
    ['until curl -f http://localhost/health; do sleep 1; done', { path: '/health', port: 80 }],
    ['curl -f "http://127.0.0.1:8080"', { path: '/', port: 8080 }],
    ['curl -f "http://127.0.0.1:${PORT}/up"', { path: '/up', port: undefined }],
  ])('in %j: %j', (script, expected) => expect(readinessIn(script)).toEqual(expected))
})

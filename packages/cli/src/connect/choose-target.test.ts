import type { InstanceStatus, Status } from '@terrace/control'
import { describe, expect, it } from 'vitest'
import { chooseTarget } from './choose-target.ts'

const instance = (id: string, state = 'InService', health = 'healthy'): InstanceStatus => ({
  id,
  zone: 'us-east-1a',
  state,
  health,
  address: '10.0.0.4',
  processes: [],
})
const tier = (name: string, ...instances: InstanceStatus[]) => ({
  name,
  zones: [],
  min: 1,
  desired: 1,
  max: 1,
  instances,
})

const STATUS: Status = {
  name: 'notes',
  ready: true,
  embedded: false,
  urls: {},
  pid: 1,
  stateFolder: '/state',
  zones: [],
  tiers: [
    tier('Front', instance('i-0f1', 'Pending'), instance('i-0f2', 'InService', 'unhealthy'), instance('i-0f3')),
    tier('Network/Bastion', instance('i-0b1', 'running', 'ok')),
    tier('Empty'),
    tier('AppFront', instance('i-0a1')),
  ],
  notEmulated: [],
}

const choose = (target?: string, rest: object = {}) => chooseTarget(STATUS, { name: 'notes', target, ...rest })

describe('the target of a connection', () => {
  it.each([
    ['an id', 'i-0f2', { kind: 'instance', instance: 'i-0f2' }],
    ['the beginning of an id', 'i-0b', { kind: 'instance', instance: 'i-0b1' }],
    ['a tier, of it a healthy instance in service', 'front', { kind: 'instance', instance: 'i-0f3' }],
    ['a part of a tier', 'bastion', { kind: 'instance', instance: 'i-0b1' }],
    ['the database', 'db', { kind: 'database', via: undefined }],
  ])('may be %s', (_, target, choice) => {
    expect(choose(target)).toEqual(choice)
  })

  it('may be the database through another tier', () => {
    expect(choose('db', { via: 'AppFront' })).toEqual({ kind: 'database', via: 'i-0a1' })
  })

  it.each([
    ['nothing where there are several tiers', undefined, {}, 'CONNECT_SEVERAL_TIERS'],
    ['a tier that is not there', 'web', {}, 'CONNECT_NO_TARGET'],
    ['a tier without instances', 'empty', {}, 'CONNECT_TIER_EMPTY'],
    ['the database as a user', 'db', { as: 'operate' }, 'CONNECT_BAD_OPTIONS'],
    ['a tier through another', 'front', { via: 'bastion' }, 'CONNECT_BAD_OPTIONS'],
  ])('is not %s', (_, target, rest, code) => {
    expect(() => choose(target, rest)).toThrow(expect.objectContaining({ code }))
  })
})

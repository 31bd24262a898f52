import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireList } from '../../../gateway/api.ts'
import { namedList } from '../../../gateway/xml.ts'
import { InvalidDbParameterGroupState, InvalidParameterCombination, InvalidParameterValue } from '../errors.ts'
import { EVENTS } from '../events.ts'
import { MAX_PARAMETER_GROUP_NAME, MAX_PARAMETERS } from '../limits.ts'
import { checkParameter, findDefinition } from '../parameters/check.ts'
import type { ApplyMethod, GroupParameter, ParameterGroup } from '../parameters/parameter-group.ts'
import { ParameterGroup as Group } from '../parameters/parameter-group.ts'
import { isFamily } from '../parameters/parameter-groups.ts'
import { ServerInstance } from '../server-instance.ts'
import { checkName } from './names.ts'
import { onParameterGroup, PAGE, pageOf, type RdsView, rdsArn } from './view.ts'

/** The operations on DB parameter groups. */
export const parameterGroupOperations = (view: RdsView): readonly Operation[] => [
  createDbParameterGroup(view),
  modifyDbParameterGroup(view),
  resetDbParameterGroup(view),
  deleteDbParameterGroup(view),
  describeDbParameterGroups(view),
  describeDbParameters(view),
  describeEngineDefaultParameters(view),
]

const TAGS = wireList(shape({ Key: z.string(), Value: z.string().optional() }))

const createDbParameterGroup = (view: RdsView) =>
  operation({
    name: 'CreateDBParameterGroup',
    input: shape({
      DBParameterGroupName: z.string(),
      DBParameterGroupFamily: z.string(),
      Description: z.string(),
      Tags: TAGS.optional(),
    }),
    authorize: input => onParameterGroup(view, 'CreateDBParameterGroup', input.DBParameterGroupName),
    run({ DBParameterGroupName: name, DBParameterGroupFamily: family, Description: description, Tags = [] }) {
      checkName('DBParameterGroupName', name, MAX_PARAMETER_GROUP_NAME)
      checkFamily(family)
      const tags = Object.fromEntries(Tags.map(({ Key, Value = '' }) => [Key, Value]))
      return { DBParameterGroup: describeGroup(view.groups.create({ name, family, description, tags })) }
    },
  })

const CHANGES = wireList(
  shape({
    ParameterName: z.string().optional(),
    ParameterValue: z.string().optional(),
    ApplyMethod: z.string().optional(),
  }),
)

const modifyDbParameterGroup = (view: RdsView) =>
  operation({
    name: 'ModifyDBParameterGroup',
    input: shape({ DBParameterGroupName: z.string(), Parameters: CHANGES }),
    authorize: input => onParameterGroup(view, 'ModifyDBParameterGroup', input.DBParameterGroupName),
    async run({ DBParameterGroupName: name, Parameters: changes }) {
      const group = changeable(view, name)
      checkCount(changes)
      // All of them are looked at before the first one counts.
      const values = changes.map(({ ParameterName, ParameterValue, ApplyMethod }) => {
        if (ParameterName === undefined || ParameterValue === undefined || ApplyMethod === undefined) {
          throw new InvalidParameterValue(
            'The parameters ParameterName, ParameterValue, and ApplyMethod must be provided for each parameter.',
          )
        }
        const definition = checkParameter(group.family, ParameterName, ParameterValue)
        return { name: definition.name, value: ParameterValue, method: methodFor(definition.apply, ApplyMethod) }
      })
      for (const { name: each, value, method } of values) group.set(each, { value, method })
      await changed(view, group)
      return { DBParameterGroupName: group.name }
    },
  })

const resetDbParameterGroup = (view: RdsView) =>
  operation({
    name: 'ResetDBParameterGroup',
    input: shape({
      DBParameterGroupName: z.string(),
      ResetAllParameters: wireBoolean().optional(),
      Parameters: CHANGES.optional(),
    }),
    authorize: input => onParameterGroup(view, 'ResetDBParameterGroup', input.DBParameterGroupName),
    async run({ DBParameterGroupName: name, ResetAllParameters: all = false, Parameters: some = [] }) {
      const group = changeable(view, name)
      if (all === some.length > 0) {
        throw new InvalidParameterCombination(
          all
            ? 'You must specify either ResetAllParameters or a list of parameters, not both.'
            : 'You must specify either ResetAllParameters or a list of parameters.',
        )
      }
      if (all) group.resetAll()
      else {
        checkCount(some)
        const names = some.map(({ ParameterName = '', ApplyMethod = 'pending-reboot' }) => {
          const definition = findDefinition(group.family, ParameterName)
          if (!definition) throw new InvalidParameterValue(`Could not find parameter with name: ${ParameterName}`)
          methodFor(definition.apply, ApplyMethod)
          return definition.name
        })
        for (const each of names) group.reset(each)
      }
      await changed(view, group)
      return { DBParameterGroupName: group.name }
    },
  })

const deleteDbParameterGroup = (view: RdsView) =>
  operation({
    name: 'DeleteDBParameterGroup',
    input: shape({ DBParameterGroupName: z.string() }),
    authorize: input => onParameterGroup(view, 'DeleteDBParameterGroup', input.DBParameterGroupName),
    run({ DBParameterGroupName: name }) {
      const group = changeable(view, name)
      if (usersOf(view, group).length > 0) {
        throw new InvalidDbParameterGroupState(
          'One or more database instances are still members of this parameter group.',
        )
      }
      view.groups.delete(group)
      return undefined
    },
  })

const describeDbParameterGroups = (view: RdsView) =>
  operation({
    name: 'DescribeDBParameterGroups',
    input: shape({ DBParameterGroupName: z.string().optional(), ...PAGE }),
    authorize: input => onParameterGroup(view, 'DescribeDBParameterGroups', input.DBParameterGroupName),
    run(input) {
      const wanted = input.DBParameterGroupName
      const all = wanted === undefined ? view.groups.all : [view.groups.get(wanted)]
      const { page, marker } = pageOf(all, ({ name }) => name, input)
      return { DBParameterGroups: namedList('DBParameterGroup', page.map(describeGroup)), Marker: marker }
    },
  })

const describeDbParameters = (view: RdsView) =>
  operation({
    name: 'DescribeDBParameters',
    input: shape({ DBParameterGroupName: z.string(), Source: z.string().optional(), ...PAGE }),
    authorize: input => onParameterGroup(view, 'DescribeDBParameters', input.DBParameterGroupName),
    run(input) {
      const { parameters } = view.groups.get(input.DBParameterGroupName)
      const wanted = input.Source
      const all = parameters.filter(({ source }) => wanted === undefined || source === wanted)
      const { page, marker } = pageOf(all, ({ definition }) => definition.name, input)
      return { Parameters: namedList('Parameter', page.map(describeParameter)), Marker: marker }
    },
  })

const describeEngineDefaultParameters = (view: RdsView) =>
  operation({
    name: 'DescribeEngineDefaultParameters',
    input: shape({ DBParameterGroupFamily: z.string(), ...PAGE }),
    authorize: () => ({ action: 'rds:DescribeEngineDefaultParameters', resource: '*' }),
    run(input) {
      const family = input.DBParameterGroupFamily
      checkFamily(family)
      const { parameters } = new Group({ name: '', family, description: '', arn: rdsArn(view, 'pg', '*') })
      const { page, marker } = pageOf(parameters, ({ definition }) => definition.name, input)
      return {
        EngineDefaults: {
          DBParameterGroupFamily: family,
          Parameters: namedList('Parameter', page.map(describeParameter)),
          Marker: marker,
        },
      }
    },
  })

/** RDS API Reference, "DBParameterGroup". */
const describeGroup = ({ name, family, description, arn }: ParameterGroup) => ({
  DBParameterGroupName: name,
  DBParameterGroupFamily: family,
  Description: description,
  DBParameterGroupArn: arn,
})

/** RDS API Reference, "Parameter". */
const describeParameter = ({ definition, value, source, method }: GroupParameter) => ({
  ParameterName: definition.name,
  ParameterValue: value,
  Description: definition.description,
  Source: source,
  ApplyType: definition.apply,
  DataType: definition.type,
  AllowedValues: definition.allowed,
  IsModifiable: definition.here.does !== 'refuse',
  ApplyMethod: method,
})

/** @throws DbParameterGroupNotFound, InvalidParameterValue for a default group */
function changeable(view: RdsView, name: string): ParameterGroup {
  const group = view.groups.get(name)
  if (!group.isDefault) return group
  throw new InvalidParameterValue(
    'The parameter DBParameterGroupName is not a valid identifier. Default parameter groups can not be modified or deleted.',
  )
}

/** RDS API Reference, "ModifyDBParameterGroup": 1 to 20 parameters a request. */
function checkCount(changes: readonly unknown[]): void {
  if (changes.length >= 1 && changes.length <= MAX_PARAMETERS) return
  throw new InvalidParameterValue(`Between 1 and ${MAX_PARAMETERS} parameters can be changed in one request.`)
}

function checkFamily(family: string): void {
  if (!isFamily(family))
    throw new InvalidParameterValue(`ParameterGroupFamily ${family} is not a valid parameter group family`)
}

function methodFor(apply: 'static' | 'dynamic', method: string): ApplyMethod {
  if (method !== 'immediate' && method !== 'pending-reboot') {
    throw new InvalidParameterValue(`Invalid apply method: ${method}. Valid methods: immediate | pending-reboot`)
  }
  if (apply === 'static' && method === 'immediate') {
    throw new InvalidParameterCombination('cannot use immediate apply method for static parameter')
  }
  return method
}

const usersOf = (view: RdsView, group: ParameterGroup): readonly ServerInstance[] =>
  view.catalog.all.filter(
    (instance): instance is ServerInstance => instance instanceof ServerInstance && instance.parameters.group === group,
  )

async function changed(view: RdsView, group: ParameterGroup): Promise<void> {
  for (const instance of usersOf(view, group)) {
    await instance.applyParameters()
    instance.note(EVENTS.parameterGroupUpdated)
  }
}

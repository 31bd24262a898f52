import { minutes } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireInteger, wireList, wireTime } from '../../../gateway/api.ts'
import { Timestamp } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { engineDefaults } from '../engine-versions.ts'
import { DbSubnetGroupNotFound, InvalidParameterCombination } from '../errors.ts'
import { describeSubnetGroup, subnetGroupName, tagList } from './describe.ts'
import { FILTERS, filtered } from './filters.ts'
import { onInstance, PAGE, pageOf, type RdsView, rdsArn } from './view.ts'

/** Events, subnet groups, engine versions, tags. */
export const otherOperations = (view: RdsView): readonly Operation[] => [
  describeEvents(view),
  describeDbSubnetGroups(view),
  describeDbEngineVersions(view),
  listTagsForResource(view),
]

/** RDS API Reference, "DescribeEvents". Nothing happens here but to instances. */
const SOURCE_TYPES = [
  'db-instance',
  'db-parameter-group',
  'db-security-group',
  'db-snapshot',
  'db-cluster',
  'db-cluster-snapshot',
  'custom-engine-version',
  'db-proxy',
  'blue-green-deployment',
  'db-shard-group',
  'zero-etl',
] as const

/** RDS API Reference, "DescribeEvents": the past hour unless told otherwise. */
const describeEvents = (view: RdsView) =>
  operation({
    name: 'DescribeEvents',
    input: shape({
      SourceIdentifier: z.string().optional(),
      SourceType: z.enum(SOURCE_TYPES).optional(),
      StartTime: wireTime().optional(),
      EndTime: wireTime().optional(),
      /** Minutes. */
      Duration: wireInteger().optional(),
      EventCategories: wireList(z.string()).optional(),
      ...PAGE,
    }),
    authorize: () => ({ action: 'rds:DescribeEvents', resource: rdsArn(view, 'es', '*') }),
    run(input) {
      const { SourceIdentifier: source, EventCategories: categories } = input
      if (source !== undefined && input.SourceType === undefined) {
        throw new InvalidParameterCombination('The parameter SourceType must be provided when SourceIdentifier is')
      }
      const now = view.world.clock.now()
      const to = input.EndTime ?? now
      const from = input.StartTime ?? to - minutes(input.Duration ?? 60)
      const events = view.events.all
        .map((event, i) => ({ ...event, name: String(i) }))
        .filter(
          ({ at, identifier, ...event }) =>
            (input.SourceType ?? 'db-instance') === 'db-instance' &&
            at >= from &&
            at <= to &&
            (source === undefined || identifier === source.toLowerCase()) &&
            (categories === undefined || event.categories.some(category => categories.includes(category))),
        )
      const { page, marker } = pageOf(events, ({ name }) => name, input)
      return {
        Marker: marker,
        Events: namedList(
          'Event',
          page.map(event => ({
            SourceIdentifier: event.identifier,
            SourceType: 'db-instance',
            Message: event.message,
            EventCategories: namedList('EventCategory', event.categories),
            Date: new Timestamp(event.at),
            SourceArn: event.arn,
          })),
        ),
      }
    },
  })

const describeDbSubnetGroups = (view: RdsView) =>
  operation({
    name: 'DescribeDBSubnetGroups',
    input: shape({ DBSubnetGroupName: z.string().optional(), ...PAGE }),
    authorize: input => ({
      action: 'rds:DescribeDBSubnetGroups',
      resource: rdsArn(view, 'subgrp', input.DBSubnetGroupName ?? '*'),
    }),
    run(input) {
      const wanted = input.DBSubnetGroupName?.toLowerCase()
      // Several instances may share one.
      const groups = new Map(view.catalog.all.map(({ definition }) => [subnetGroupName(definition), definition]))
      const all = [...groups].filter(([name]) => wanted === undefined || name === wanted)
      if (wanted !== undefined && all.length === 0) throw new DbSubnetGroupNotFound(wanted)
      const { page, marker } = pageOf(all, ([name]) => name, input)
      return {
        Marker: marker,
        DBSubnetGroups: namedList(
          'DBSubnetGroup',
          page.map(([, definition]) => describeSubnetGroup(view, definition)),
        ),
      }
    },
  })

/** differs: the versions that the template names, and the default ones of their engines. */
const describeDbEngineVersions = (view: RdsView) =>
  operation({
    name: 'DescribeDBEngineVersions',
    input: shape({
      Engine: z.string().optional(),
      EngineVersion: z.string().optional(),
      DBParameterGroupFamily: z.string().optional(),
      DefaultOnly: wireBoolean().optional(),
      ...FILTERS,
      ...PAGE,
    }),
    authorize: () => ({ action: 'rds:DescribeDBEngineVersions', resource: '*' }),
    run(input) {
      const { Engine, EngineVersion, DBParameterGroupFamily, DefaultOnly = false } = input
      const inUse = view.catalog.all.map(({ definition }) => definition)
      const all = new Map(
        inUse.flatMap(({ engine, engineVersion }) =>
          // "The default version of the specified engine or engine and major version combination."
          (DefaultOnly ? [EngineVersion ?? ''] : ['', engineVersion]).map(version => {
            const found = { engine, ...engineDefaults(engine, version) }
            return [`${engine} ${found.version}`, found] as const
          }),
        ),
      )
      const wanted = [...all.values()].filter(
        ({ engine, version, family }) =>
          (Engine ?? engine) === engine &&
          (EngineVersion === undefined || version === EngineVersion || version.startsWith(`${EngineVersion}.`)) &&
          (DBParameterGroupFamily ?? family) === family,
      )
      const chosen = filtered(wanted, input.Filters, {
        'db-parameter-group-family': ({ family }) => [family],
        engine: ({ engine }) => [engine],
        'engine-mode': () => ['provisioned'],
        'engine-version': ({ version }) => [version],
        status: () => ['available'],
      })
      const { page, marker } = pageOf(chosen, ({ engine, version }) => `${engine} ${version}`, input)
      return {
        Marker: marker,
        DBEngineVersions: namedList(
          'DBEngineVersion',
          page.map(({ engine, version, family }) => ({
            Engine: engine,
            EngineVersion: version,
            DBParameterGroupFamily: family,
            Status: 'available',
          })),
        ),
      }
    },
  })

const listTagsForResource = (view: RdsView) =>
  operation({
    name: 'ListTagsForResource',
    input: shape({ ResourceName: z.string() }),
    authorize: input => onInstance(view, 'ListTagsForResource', input.ResourceName),
    run: input => ({ TagList: tagList(view.catalog.get(input.ResourceName).definition) }),
  })

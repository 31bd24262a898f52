import { minutes } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape, wireInteger, wireList } from '../../../gateway/api.ts'
import { Timestamp } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { DbSubnetGroupNotFound, InvalidParameterCombination, InvalidParameterValue } from '../errors.ts'
import { describeSubnetGroup, tagList } from './describe.ts'
import { onInstance, pageOf, type RdsView, rdsArn } from './view.ts'

/** Events, subnet groups, engine versions, tags. */
export const otherOperations = (view: RdsView): readonly Operation[] => [
  describeEvents(view),
  describeDbSubnetGroups(view),
  describeDbEngineVersions(view),
  listTagsForResource(view),
]

const PAGE = { MaxRecords: wireInteger().optional(), Marker: z.string().optional() }

/** RDS API Reference, "DescribeEvents": the past hour unless told otherwise. */
const describeEvents = (view: RdsView) =>
  operation({
    name: 'DescribeEvents',
    input: shape({
      SourceIdentifier: z.string().optional(),
      SourceType: z.enum(['db-instance'], 'must be db-instance').optional(),
      StartTime: z.string().optional(),
      EndTime: z.string().optional(),
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
      const to = input.EndTime === undefined ? now : moment('EndTime', input.EndTime)
      const from =
        input.StartTime === undefined ? to - minutes(input.Duration ?? 60) : moment('StartTime', input.StartTime)
      const events = view.events.all
        .map((event, i) => ({ ...event, name: String(i) }))
        .filter(
          ({ at, identifier, ...event }) =>
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
      const all = view.catalog.all.filter(({ identifier }) => wanted === undefined || identifier === wanted)
      if (wanted !== undefined && all.length === 0) throw new DbSubnetGroupNotFound(wanted)
      const { page, marker } = pageOf(all, ({ identifier }) => identifier, input)
      return {
        Marker: marker,
        DBSubnetGroups: namedList(
          'DBSubnetGroup',
          page.map(({ definition }) => describeSubnetGroup(view, definition)),
        ),
      }
    },
  })

/** differs: the versions that the template names, and no others. */
const describeDbEngineVersions = (view: RdsView) =>
  operation({
    name: 'DescribeDBEngineVersions',
    input: shape({ Engine: z.string().optional(), EngineVersion: z.string().optional(), ...PAGE }),
    authorize: () => ({ action: 'rds:DescribeDBEngineVersions', resource: '*' }),
    run(input) {
      const known = new Map(
        view.catalog.all.map(({ definition }) => [`${definition.engine} ${definition.engineVersion}`, definition]),
      )
      const all = [...known.values()].filter(
        ({ engine, engineVersion }) =>
          (input.Engine ?? engine) === engine && (input.EngineVersion ?? engineVersion) === engineVersion,
      )
      const { page, marker } = pageOf(all, ({ engine, engineVersion }) => `${engine} ${engineVersion}`, input)
      return {
        Marker: marker,
        DBEngineVersions: namedList(
          'DBEngineVersion',
          page.map(({ engine, engineVersion }) => ({
            Engine: engine,
            EngineVersion: engineVersion,
            DBParameterGroupFamily: `${engine}${familyVersion(engine, engineVersion)}`,
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

/** `mysql8.0`, `mariadb10.11`, `postgres15`. */
const familyVersion = (engine: string, version: string): string =>
  version
    .split('.')
    .slice(0, engine === 'postgres' ? 1 : 2)
    .join('.')

function moment(parameter: string, text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidParameterValue(`Invalid ${parameter}: ${text}. Must be ISO 8601`)
  return at
}

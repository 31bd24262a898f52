import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { Dashboards } from '../dashboards.ts'
import { METRICS_PAGE } from '../limits.ts'
import { pageOf } from '../paging.ts'
import type { Tags } from '../tags.ts'
import { tags as tagList } from './shapes.ts'

const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9\-_]+$/)

/** Dashboards as text, looked over when they are put. */
export function dashboardOperations(dashboards: Dashboards, tags: Tags): readonly Operation[] {
  const on = (action: string, names: readonly string[]) =>
    names.map(each => ({ action: `cloudwatch:${action}`, resource: dashboards.arnOf(each) }))
  return [
    operation({
      name: 'PutDashboard',
      input: shape({ DashboardName: name, DashboardBody: z.string(), Tags: tagList.optional() }),
      authorize: ({ DashboardName }) => on('PutDashboard', [DashboardName]),
      run({ DashboardName, DashboardBody, Tags: given }) {
        const isNew = !dashboards.all.some(each => each.name === DashboardName)
        const warnings = dashboards.put(DashboardName, DashboardBody)
        if (isNew && given) tags.add(dashboards.arnOf(DashboardName), given)
        return { DashboardValidationMessages: warnings }
      },
    }),
    operation({
      name: 'GetDashboard',
      input: shape({ DashboardName: name }),
      authorize: ({ DashboardName }) => on('GetDashboard', [DashboardName]),
      run({ DashboardName }) {
        const { arn, body } = dashboards.get(DashboardName)
        return { DashboardArn: arn, DashboardBody: body, DashboardName }
      },
    }),
    operation({
      name: 'ListDashboards',
      input: shape({ DashboardNamePrefix: z.string().optional(), NextToken: z.string().optional() }),
      authorize: () => ({ action: 'cloudwatch:ListDashboards', resource: '*' }),
      run({ DashboardNamePrefix = '', NextToken }) {
        const found = dashboards.all.filter(each => each.name.startsWith(DashboardNamePrefix))
        const { items, next } = pageOf(found, METRICS_PAGE, NextToken)
        return {
          DashboardEntries: items.map(each => ({
            DashboardName: each.name,
            DashboardArn: each.arn,
            LastModified: timestamp(each.modified),
            Size: Buffer.byteLength(each.body),
          })),
          NextToken: next,
        }
      },
    }),
    operation({
      name: 'DeleteDashboards',
      input: shape({ DashboardNames: wireList(name) }),
      authorize: ({ DashboardNames }) => on('DeleteDashboards', DashboardNames),
      run({ DashboardNames }) {
        dashboards.delete(DashboardNames)
        for (const each of DashboardNames) tags.forget(dashboards.arnOf(each))
        return {}
      },
    }),
  ]
}

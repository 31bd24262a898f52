import type { Dashboard } from '@terrace/model'
import { type BuilderTable, node } from './build-context.ts'

/** Dashboards of CloudWatch. */
export const dashboard: BuilderTable = {
  'AWS::CloudWatch::Dashboard': node((context): Dashboard => {
    const { properties, resource } = context
    properties.readElsewhere('DashboardName')
    return {
      ...context.base('dashboard'),
      name: resource.physicalId,
      body: properties.requiredText('DashboardBody'),
    }
  }),
}

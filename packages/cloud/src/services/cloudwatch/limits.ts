import { days, hours } from '@terrace/kit'

/** Most metrics of one PutMetricData. CloudWatch API Reference "PutMetricData". */
export const MOST_METRICS_A_PUT = 1000

/** Most different values of one datum. CloudWatch API Reference "MetricDatum". */
export const MOST_VALUES = 150

/** Values lie between its negative and it. CloudWatch API Reference "PutMetricData". */
export const LARGEST_VALUE = 2 ** 360

/** Most dimensions of a metric. CloudWatch API Reference "MetricDatum". */
export const MOST_DIMENSIONS = 30

/** How far in the past and in the future a timestamp may lie. CloudWatch API Reference "PutMetricData". */
export const OLDEST_DATUM = days(14)
export const NEWEST_DATUM = hours(2)

/** Most points of one GetMetricStatistics. CloudWatch API Reference "GetMetricStatistics". */
export const MOST_STATISTICS_POINTS = 1440

/** Most queries and points of one GetMetricData. CloudWatch API Reference "GetMetricData". */
export const MOST_QUERIES = 500
export const MOST_DATA_POINTS = 100_800

/** Metrics on a page. CloudWatch API Reference "ListMetrics". */
export const METRICS_PAGE = 500

/** How long a metric without data is still listed. CloudWatch API Reference "ListMetrics". */
export const LISTED_FOR = days(14)
export const RECENTLY_ACTIVE = hours(3)

/** Alarms and history items on a page. CloudWatch API Reference "DescribeAlarms", "DescribeAlarmHistory". */
export const ALARMS_PAGE = 100
export const DEFAULT_ALARMS_PAGE = 50

/** Most metrics of an alarm's expression. CloudWatch User Guide, "Alarms on math expressions". */
export const MOST_ALARM_METRICS = 10

/** Longest span an alarm looks at: with periods below an hour, and otherwise. CloudWatch API Reference "PutMetricAlarm". */
export const LONGEST_EVALUATION = days(1)
export const LONGEST_EVALUATION_BY_HOURS = days(7)

/** Most alarms that a composite alarm looks at. CloudWatch API Reference "PutCompositeAlarm". */
export const MOST_CHILDREN = 100

/** Most tags of a resource. CloudWatch API Reference "TagResource". */
export const MOST_TAGS = 50

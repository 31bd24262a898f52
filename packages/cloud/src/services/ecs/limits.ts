import { type Duration, hours, minutes, seconds } from '@terrace/kit'

/** Limits and defaults of ECS. Source, unless another is named: ECS API Reference, version 2014-11-13. */
export const LIMITS = {
  /** "Stopped tasks" can be described at least that long. ECS Developer Guide, "Amazon ECS task lifecycle". */
  stoppedVisible: hours(1),
  /** "DescribeServices": the newest events of a service. */
  events: 100,
  /** "CreateService": `awsvpcConfiguration`. */
  subnets: 16,
  securityGroups: 5,
  /** "RegisterTaskDefinition", ECS Developer Guide "Amazon ECS service quotas". */
  containers: 10,
  describedServices: 10,
  describedTasks: 100,
  describedClusters: 100,
  runTaskCount: 10,
  desiredCount: 10_000,
  /** "ListServices" answers 10 by default, everything else 100. */
  servicesPage: { default: 10, most: 100 },
  page: { default: 100, most: 100 },
  tags: 50,
  /** "Ensuring idempotency": how long a client token is good for. */
  tokensKept: hours(24),
  stopTimeout: { default: seconds(30), most: seconds(120) },
  /** "DeploymentConfiguration": without balancer and health check a task counts as healthy that long after `RUNNING`. */
  healthyAfter: seconds(40),
  /** ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures". */
  circuitBreaker: { part: 0.5, least: 3, most: 200 },
  /** ECS Developer Guide, "Amazon ECS service throttle logic": the longest wait between starts that fail. */
  longestThrottle: minutes(15),
} as const

/** The times and rules that AWS doesn't document, one each. */
export const ASSUMED = {
  /** The first wait after a task that could not start; it doubles. AWS says only how long it becomes in the end. */
  firstThrottle: seconds(10),
  /** From which failure in a row on a service is "unable to consistently start tasks successfully". */
  impairedAfter: 3,
  /** Between the start of a task that ended by itself and that of its replacement, at least: on AWS starting takes that long. */
  quickestRestart: seconds(10),
  /** How often the scheduler looks at what no event tells: alarms, throttles, balance, steady tasks. */
  round: seconds(10),
  /** A task in a zone without power, without a balancer that notices, is given up after that long. */
  lostAfter: minutes(1),
} as const

/** The wait after that many failures in a row. */
export const throttleOf = (failures: number): Duration =>
  failures <= 0 ? 0 : Math.min(LIMITS.longestThrottle, ASSUMED.firstThrottle * 2 ** (failures - 1))

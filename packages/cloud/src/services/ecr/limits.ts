import { hours } from '@terrace/kit'

/** @see Amazon ECR API Reference, "GetAuthorizationToken" */
export const TOKEN_LIFETIME = hours(12)

/** @see Amazon ECR API Reference, "ListImages" */
export const LARGEST_PAGE = 1000

/** @see Amazon ECR API Reference, "BatchGetImage" */
export const LARGEST_BATCH = 100

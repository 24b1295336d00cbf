import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'], exclude: ['node_modules/**'], fileParallelism: false, hookTimeout: 60_000, testTimeout: 180_000,
    // Maps are drawn in software here, beside whatever else the machine does.
    expect: { poll: { timeout: 15_000 } },
  },
})

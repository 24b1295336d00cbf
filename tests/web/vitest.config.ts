import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['**/*.test.ts'], exclude: ['node_modules/**'], fileParallelism: false, hookTimeout: 60_000, testTimeout: 60_000 },
})

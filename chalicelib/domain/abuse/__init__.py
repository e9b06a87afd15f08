"""Rules against floods and robots: mail limits, form timestamps, anomalies."""

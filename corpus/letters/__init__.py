"""Letters: whose words a mail holds, cut by structure, by the mail answered and by habit."""

-- SPDX-License-Identifier: Apache-2.0
-- The fantasy team picker's tables, and a season's players.
CREATE TABLE managers (
  id INT PRIMARY KEY AUTO_INCREMENT,
  name VARCHAR(64) NOT NULL UNIQUE,
  password VARCHAR(255) NOT NULL
);
CREATE TABLE players (
  id INT PRIMARY KEY AUTO_INCREMENT,
  name VARCHAR(64) NOT NULL,
  club VARCHAR(64) NOT NULL,
  position ENUM('Goalkeeper', 'Defender', 'Midfielder', 'Forward') NOT NULL,
  points INT NOT NULL
);
CREATE TABLE picks (
  manager_id INT NOT NULL,
  player_id INT NOT NULL,
  picked_at DATETIME(6) NOT NULL,
  PRIMARY KEY (manager_id, player_id)
);
-- What was done, once per write. There is no unique key on write_id, on purpose: a write that was
-- made twice is to be seen and not to be hidden.
CREATE TABLE ledger (
  entry BIGINT PRIMARY KEY AUTO_INCREMENT,
  write_id VARCHAR(64) NOT NULL,
  manager_id INT NOT NULL,
  action VARCHAR(16) NOT NULL,
  player_id INT NOT NULL,
  host VARCHAR(16) NOT NULL,
  KEY (write_id)
);
CREATE TABLE sessions (
  id VARCHAR(64) PRIMARY KEY,
  data BLOB NOT NULL,
  touched DATETIME(6) NOT NULL
);
INSERT INTO players (name, club, position, points) VALUES
  ('Ada Keller', 'Harbour Town', 'Goalkeeper', 61), ('Bo Lindqvist', 'Mill Lane', 'Goalkeeper', 54),
  ('Cem Arslan', 'Northgate', 'Goalkeeper', 70), ('Dara Quinn', 'Old Foundry', 'Goalkeeper', 48),
  ('Emil Sato', 'Harbour Town', 'Defender', 58), ('Fay Okoro', 'Harbour Town', 'Defender', 66),
  ('Gus Petrov', 'Mill Lane', 'Defender', 41), ('Hana Weiss', 'Mill Lane', 'Defender', 73),
  ('Ivo Marsh', 'Northgate', 'Defender', 52), ('June Alvarez', 'Northgate', 'Defender', 49),
  ('Kai Brandt', 'Old Foundry', 'Defender', 63), ('Lea Novak', 'Old Foundry', 'Defender', 57),
  ('Max Dubois', 'Harbour Town', 'Midfielder', 88), ('Nia Farrell', 'Harbour Town', 'Midfielder', 79),
  ('Otto Ruiz', 'Mill Lane', 'Midfielder', 92), ('Pia Jensen', 'Mill Lane', 'Midfielder', 67),
  ('Quin Abara', 'Northgate', 'Midfielder', 84), ('Rosa Klein', 'Northgate', 'Midfielder', 71),
  ('Sam Ito', 'Old Foundry', 'Midfielder', 95), ('Tess Moreau', 'Old Foundry', 'Midfielder', 60),
  ('Uma Reid', 'Harbour Town', 'Forward', 101), ('Vic Santos', 'Harbour Town', 'Forward', 83),
  ('Wes Hartmann', 'Mill Lane', 'Forward', 90), ('Xena Lowe', 'Mill Lane', 'Forward', 76),
  ('Yara Costa', 'Northgate', 'Forward', 112), ('Zac Bauer', 'Northgate', 'Forward', 69),
  ('Ann Sorel', 'Old Foundry', 'Forward', 97), ('Ben Tran', 'Old Foundry', 'Forward', 74);
